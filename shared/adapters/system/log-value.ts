// What may stand in a log line: plain JSON of bounded size, with every secret taken out.

import { messageOf } from '../../base/fault.ts'
import type { Json, JsonObject } from '../../base/json.ts'
import { isSecretName, redacted } from '../../base/redact.ts'

const deepest = 6
const longestList = 100
const longestText = 16_384

/**
 * Turns a function that cleans texts into one that makes any value fit for a log line: plain JSON without
 * secrets, cycles and endless lists. Errors keep their name, message, code, stack and cause. Never throws.
 */
export function logValueWith(cleanText: (text: string) => string): (value: unknown) => Json | undefined {
  const scalarOf = (value: unknown): Json | undefined => {
    if (typeof value === 'string') return cleanText(shortened(value))
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

function shortened(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}… (${text.length} characters)` : text
}
