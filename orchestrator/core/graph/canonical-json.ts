// JSON with sorted keys: the same text for the same content.

import type { Json, JsonObject } from '../../../shared/base/json.ts'

/** The value as JSON without blanks, the keys of every object in it in the order of their code units. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(withSortedKeys(value))
}

function withSortedKeys(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withSortedKeys)
  const object = value as JsonObject
  const keys = Object.keys(object).sort()
  // fromEntries and not assignment: a key may be called __proto__.
  return Object.fromEntries(keys.map((key) => [key, withSortedKeys(object[key] as Json)]))
}

interface Shape {
  readonly keys: readonly string[]
  readonly sorted: readonly string[]
  /** The same for the same sorted keys, counted from 0 as they come up. */
  readonly number: number
}

/** How many different shapes are kept at hand: the entries of a file mostly have a few. */
const mostShapes = 64

/**
 * Prints many objects as one canonical text, at a fraction of the cost of one after the other: each set of keys
 * once and then by its number where it changes, and the values of many objects by one call of JSON.stringify.
 */
export class CanonicalStream {
  #shapes: Shape[] = []
  readonly #numbers = new Map<string, number>()
  #printed = 0
  #last = -1
  #values: Json[] = []
  #count = 0
  readonly #batch: number
  readonly #write: (text: string) => void

  /** `write` takes the text, a piece for each `batch` objects. */
  constructor(write: (text: string) => void, batch = 512) {
    this.#write = write
    this.#batch = batch
  }

  /** `head`: what goes before the object; the first of it must be text, to be told from keys. */
  add(head: readonly Json[], object: JsonObject): void {
    const { sorted, number } = this.#shapeOf(Object.keys(object))
    if (number === this.#printed) this.#values.push(this.#printed++, sorted)
    else if (number !== this.#last) this.#values.push(number)
    this.#last = number
    for (const value of head) this.#values.push(value)
    for (const key of sorted) {
      const value = object[key] as Json
      this.#values.push(typeof value === 'object' && value !== null ? withSortedKeys(value) : value)
    }
    if (++this.#count % this.#batch === 0) this.flush()
  }

  flush(): void {
    this.#write(JSON.stringify(this.#values))
    this.#values = []
  }

  #shapeOf(keys: readonly string[]): Shape {
    const known = this.#shapes.find((shape) => isSame(shape.keys, keys))
    if (known !== undefined) return known
    const sorted = keys.toSorted()
    const text = JSON.stringify(sorted)
    const number = this.#numbers.get(text) ?? this.#numbers.size
    this.#numbers.set(text, number)
    const shape = { keys, sorted, number }
    if (this.#shapes.push(shape) > mostShapes) this.#shapes = [shape]
    return shape
  }
}

function isSame(keys: readonly string[], others: readonly string[]): boolean {
  if (keys.length !== others.length) return false
  for (let at = 0; at < keys.length; at++) if (keys[at] !== others[at]) return false
  return true
}
