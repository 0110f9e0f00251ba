// How large and how deep a definition may be: it travels inside every Ready event, and is printed recursively.

import { deepestJson, isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'

/** Code units of text in a definition. */
export const largestDefinition = 200_000
/** What is too much about a definition, or undefined. */
export function oversize(
  definition: JsonObject,
): { code: 'BAD_TYPE' | 'TOO_LARGE'; message: string; hint: string } | undefined {
  const size = sizeOf(definition, 1)
  if (size === Number.POSITIVE_INFINITY) {
    const message = `the object is nested deeper than ${deepestJson} levels`
    return { code: 'BAD_TYPE', message, hint: 'flatten it, or carry the deep part as text' }
  }
  if (size <= largestDefinition) return undefined
  const message = `the object holds more than ${largestDefinition} characters`
  const hint = 'a definition travels in every event: put large content in a file and its address in URL'
  return { code: 'TOO_LARGE', message, hint }
}

function sizeOf(value: JsonObject | readonly Json[], depth: number): number {
  if (depth > deepestJson) return Number.POSITIVE_INFINITY
  let size = 2
  if (!isJsonObject(value)) {
    for (const element of value) size += sizeOfOne(element, depth)
    return size
  }
  for (const key in value) size += key.length + 4 + sizeOfOne(value[key] as Json, depth)
  return size
}

function sizeOfOne(value: Json, depth: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  return sizeOf(value as JsonObject | readonly Json[], depth + 1)
}
