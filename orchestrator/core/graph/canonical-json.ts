// JSON with sorted keys: the same text for the same content.

import type { Json, JsonObject } from '../../../shared/base/json.ts'

/**
 * Prints objects with their keys in order of code units and without blanks. Entries of a file mostly have
 * the same keys in the same order, so the last order is kept and only compared.
 */
export class CanonicalPrinter {
  #keys: readonly string[] = []
  #sorted: readonly string[] = []
  #openings: readonly string[] = ['{']

  print(value: JsonObject): string {
    const keys = Object.keys(value)
    if (!isSame(keys, this.#keys)) this.#learn(keys)
    const sorted = this.#sorted
    if (sorted.length === 0) return '{}'
    let text = ''
    for (let at = 0; at < sorted.length; at++) {
      text += (this.#openings[at] as string) + printValue(value[sorted[at] as string] as Json)
    }
    return `${text}}`
  }

  #learn(keys: readonly string[]): void {
    this.#keys = keys
    this.#sorted = keys.toSorted()
    this.#openings = this.#sorted.map((key, at) => `${at === 0 ? '{' : ','}${JSON.stringify(key)}:`)
  }
}

function isSame(keys: readonly string[], before: readonly string[]): boolean {
  if (keys.length !== before.length) return false
  for (let at = 0; at < keys.length; at++) if (keys[at] !== before[at]) return false
  return true
}

function printValue(value: Json): string {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(printValue).join(',')}]`
  const object = value as JsonObject
  const parts = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${printValue(object[key] as Json)}`)
  return `{${parts.join(',')}}`
}
