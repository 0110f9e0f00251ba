// The identity of an object: numbers and digit-only strings are the same id.

/** How many characters of a definition's id are taken; whoever names an object may write as many. */
export const longestObjectId = 256

/** The canonical id of a JSON value, or undefined when it is none (empty text, fractions, other types). */
export function objectIdOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (text === '') return undefined
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text
}
