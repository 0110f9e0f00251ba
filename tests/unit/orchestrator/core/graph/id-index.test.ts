// The index of ids answers as a Map does, whatever the ids.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IdIndex, numberOf } from '../../../../../orchestrator/core/graph/id-index.ts'
import { seed } from '../../../../support/wild-texts.ts'

const ids = fc.oneof(
  fc.nat(40).map(String),
  fc.maxSafeNat().map(String),
  fc.constantFrom('a', '', '007', '-1', '1.5', '999999999999999', '1000000000000000'),
)

describe('the index of ids', () => {
  it('answers as a Map does (any ids)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, fc.integer({ min: -1, max: 1_000 }))), ids, (pairs, other) => {
        const [index, map] = [new IdIndex(1), new Map<string, number>()]
        for (const [id, value] of pairs) {
          index.set(id, value)
          map.set(id, value)
        }
        for (const id of [...map.keys(), other]) {
          expect(index.get(id)).toBe(map.get(id))
          expect(index.has(id)).toBe(map.has(id))
        }
        expect(index.size).toBe(map.size)
        const sorted = (entries: Iterable<[string, number]>) =>
          [...entries].sort((a, b) => (a[0] < b[0] ? -1 : 1))
        expect(sorted(index)).toEqual(sorted(map))
        expect([...index.keys()].sort()).toEqual([...map.keys()].sort())
        expect([...index.values()].sort()).toEqual([...map.values()].sort())
        const seen = new Map<string, number>()
        index.forEach((value, id) => {
          seen.set(id, value)
        })
        expect(seen).toEqual(map)
      }),
      { seed },
    )
  })

  it('keeps the first value that was added', () => {
    const index = new IdIndex()
    expect([index.add('7', 1), index.add('7', 2), index.add('x', 3), index.add('x', 4)]).toEqual([
      undefined,
      1,
      undefined,
      3,
    ])
    expect(index.get('7')).toBe(1)
  })

  it('finds by number what was set by text', () => {
    const index = new IdIndex()
    index.set('2001', 5)
    expect([index.getNumber(2001), index.getNumber(2002)]).toEqual([5, undefined])
  })

  it('holds ids that all want the same place, and stays quick', () => {
    const index = new IdIndex(4)
    const crafted = collidingNumbers(20_000)
    crafted.forEach((number, at) => {
      index.set(String(number), at)
    })
    for (let at = 0; at < crafted.length; at++) expect(index.getNumber(crafted[at] as number)).toBe(at)
    expect(index.size).toBe(crafted.length)
  })

  it('takes only canonical digits of at most 15 places for numbers', () => {
    expect(['0', '7', '007', '', '-1', '1e3', '999999999999999', '1000000000000000'].map(numberOf)).toEqual([
      0, 7, -1, -1, -1, -1, 999999999999999, -1,
    ])
  })
})

/** Numbers whose block folds to 0: the lower half of the block is what the upper half is multiplied to. */
function collidingNumbers(count: number): readonly number[] {
  const numbers: number[] = []
  for (let high = 1; numbers.length < count; high++) {
    const low = Math.imul(high, 0x85ebca6b) >>> 0
    const number = (high * 2 ** 32 + low) * 16
    if (number < 1e15) numbers.push(number)
    else break
  }
  return numbers
}
