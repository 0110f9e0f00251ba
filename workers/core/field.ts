// Reads a text out of a definition, whatever language its author writes in.

import type { JsonObject } from '../../shared/base/json.ts'

/** The first of the fields that holds a text, without blanks around it; undefined when none does. */
export function fieldOf(object: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = object[name]
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return undefined
}
