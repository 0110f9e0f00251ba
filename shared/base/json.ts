// The shape of parsed JSON, so that nothing read from outside is ever `any`.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json | undefined }

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Lists and objects inside each other in anything that travels on: it is printed recursively, and read so in other languages. */
export const deepestJson = 64

/** Whether lists and objects stand inside each other more than `levels` deep. Looks no deeper than that. */
export function isDeeperThan(levels: number, value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  const inside = Array.isArray(value) ? value : Object.values(value)
  return inside.some((one: Json | undefined) => isDeeperThan(levels - 1, one))
}

/** Parses `text`, or gives undefined when it is no JSON; for where the caller has a place to report it. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
