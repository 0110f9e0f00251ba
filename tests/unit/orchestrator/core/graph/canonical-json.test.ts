// Canonical JSON is the same text for the same content, and only for it.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CanonicalStream, canonicalJson } from '../../../../../orchestrator/core/graph/canonical-json.ts'
import type { Json, JsonObject } from '../../../../../shared/base/json.ts'
import { seed } from '../../../../support/wild-texts.ts'

const values = fc.jsonValue() as fc.Arbitrary<Json>
const reversed = (value: Json): Json => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly Json[]).map(reversed)
  const entries = Object.entries(value).reverse()
  return Object.fromEntries(entries.map(([key, one]) => [key, reversed(one as Json)]))
}
const printed = (objects: readonly JsonObject[]) => {
  const texts: string[] = []
  const stream = new CanonicalStream((text) => texts.push(text), 3)
  for (const object of objects) stream.add(['id'], object)
  stream.flush()
  return texts.join('')
}

describe('canonical JSON', () => {
  it('is the same in any order of keys, and means the same (any value)', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value))
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { seed },
    )
  })

  it('keeps a key that is called __proto__', () =>
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":1}}') as Json)).toBe(
      '{"__proto__":{"x":1},"b":1}',
    ))

  it('of many objects is the same if and only if each is the same (any objects)', () => {
    const object = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom<Json>(0, 1, '0', null, [], {}, ['a']),
    )
    fc.assert(
      fc.property(fc.array(object), fc.array(object), (left, right) => {
        const isSame = canonicalJson(left) === canonicalJson(right)
        expect(printed(left) === printed(right)).toBe(isSame)
        expect(printed(left.map((one) => reversed(one) as JsonObject))).toBe(printed(left))
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('of many objects takes more shapes than it keeps at hand', () => {
    const objects = Array.from({ length: 200 }, (_, index) => ({ [`k${index % 100}`]: 1, a: 2 }))
    const other = objects.map(reversed) as JsonObject[]
    expect(printed(other)).toBe(printed(objects))
  })
})
