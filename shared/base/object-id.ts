// The identity of an object: numbers and digit-only strings are the same id.

/** The canonical id of a JSON value, or undefined when it is none (empty text, fractions, other types). */
export function objectIdOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (text === '') return undefined
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text
}
