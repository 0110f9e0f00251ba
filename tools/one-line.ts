// Text from definitions on one line of a terminal.

/** Without control characters, which could break the line or speak to the terminal. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
}

/** In at most `width` columns. */
export function cutTo(width: number, text: string): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

/** `items` with `separator`; of many only the first and the last ones. */
export function abridged(items: readonly string[], separator: string, most: number): string {
  if (items.length <= most) return items.join(separator)
  const tail = Math.floor(most / 3)
  const hidden = `… ${items.length - most} more …`
  return [...items.slice(0, most - tail), hidden, ...items.slice(-tail)].join(separator)
}
