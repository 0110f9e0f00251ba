// What may stand in a log line: plain JSON of bounded size, with every secret taken out.

import { messageOf } from '../../base/fault.ts'
import type { Json, JsonObject } from '../../base/json.ts'

export const redacted = '[redacted]'

const secretName =
  /passw|pwd|passphrase|token|secret|sasl|authorization|credential|cookie|api[-_]?key|private[-_]?key/i
/** A URL's user and password, up to the host. The second alternative catches passwords with unescaped `/`, `?` or `#`. */
const userInfo = /([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#@"'<>]*|[^\s/?#:@"'<>]*:(?!\d+[/?#])[^\s@"'<>]*)@/gi
const secretParameter =
  /([?&;](?:[^\s=&;]*(?:token|secret|passw|pwd|api[-_]?key|signature)[^\s=&;]*)=)[^\s&;"'<>]+/gi
const authorization = /\b(Bearer|Basic)\s+[\w+/.~=-]{6,}/g

const deepest = 6
const longestList = 100
const longestText = 16_384

/** Names that were looked at, so that the pattern runs once per name; bounded, as names may come from data. */
const lookedAt = new Map<string, boolean>()

/** Whether a field of this name is taken for a secret, whatever it holds. */
export function isSecretName(name: string): boolean {
  const known = lookedAt.get(name)
  if (known !== undefined) return known
  const secret = secretName.test(name)
  if (lookedAt.size < 10_000) lookedAt.set(name, secret)
  return secret
}

/** Takes out of a text what names itself a secret: user info of URLs, tokens in queries, authorization values. */
export function redactText(text: string): string {
  const bounded =
    text.length > longestText ? `${text.slice(0, longestText)}… (${text.length} characters)` : text
  let safe = bounded
  if (safe.includes('://')) safe = safe.replace(userInfo, `$1${redacted}@`)
  if (safe.includes('=')) safe = safe.replace(secretParameter, `$1${redacted}`)
  if (safe.includes('Bearer') || safe.includes('Basic')) safe = safe.replace(authorization, `$1 ${redacted}`)
  return safe
}

/**
 * Turns a function that cleans texts into one that makes any value fit for a log line: plain JSON without
 * secrets, cycles and endless lists. Errors keep their name, message, code, stack and cause. Never throws.
 */
export function logValueWith(cleanText: (text: string) => string): (value: unknown) => Json | undefined {
  const scalarOf = (value: unknown): Json | undefined => {
    if (typeof value === 'string') return cleanText(value)
    if (typeof value === 'bigint') return value.toString()
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
    if (typeof value === 'boolean' || value === null) return value
    return undefined
  }

  const jsonOf = (value: unknown, above: readonly object[]): Json | undefined => {
    if (typeof value !== 'object' || value === null) return scalarOf(value)
    if (above.includes(value)) return '[circular]'
    if (above.length >= deepest) return '[too deep]'
    return objectOf(value, [...above, value])
  }

  const objectOf = (value: object, above: readonly object[]): Json => {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
    if (value instanceof URL) return cleanText(value.href)
    if (value instanceof Map) return fieldsOf(Object.fromEntries(value), above)
    if (value instanceof Set) return listOf([...value], above)
    if (Array.isArray(value)) return listOf(value, above)
    return value instanceof Error ? errorOf(value, above) : fieldsOf(value, above)
  }

  const listOf = (list: readonly unknown[], above: readonly object[]): Json => {
    const shown: Json[] = list.slice(0, longestList).map((element) => jsonOf(element, above) ?? null)
    return list.length > longestList ? [...shown, `… ${list.length - longestList} more`] : shown
  }

  const errorOf = (error: Error, above: readonly object[]): Json => {
    const { name, message, stack, cause } = error
    return fieldsOf({ ...error, name, message, stack, cause }, above)
  }

  const fieldsOf = (fields: object, above: readonly object[]): JsonObject => {
    const plain: Record<string, Json | undefined> = {}
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue
      plain[name] = value !== null && isSecretName(name) ? redacted : jsonOf(value, above)
    }
    return plain
  }

  return (value) => {
    try {
      return jsonOf(value, [])
    } catch (error) {
      return `[unreadable: ${messageOf(error)}]`
    }
  }
}
