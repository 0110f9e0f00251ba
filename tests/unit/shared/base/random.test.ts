// Chance that is the same everywhere: for a seed, and for a text.

import { describe, expect, it } from 'vitest'
import { hashFraction, type Random, seededRandom } from '../../../../shared/base/random.ts'

// Written down once: seeds in reports and retry times of runs under way stand on them.
const knownOfSeed42 = [0.4306323879864067, 0.9833491817116737, 0.027688013156875968]
const knownOfText = 0.6607904233969748

const take = (random: Random, count: number) => Array.from({ length: count }, random)

/** How many of the values fall into each tenth of [0, 1). */
function tenths(values: readonly number[]): readonly number[] {
  const counts = new Array<number>(10).fill(0)
  for (const value of values) counts[Math.floor(value * 10)] = (counts[Math.floor(value * 10)] ?? 0) + 1
  return counts
}

function expectEven(values: readonly number[]): void {
  expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
  for (const count of tenths(values)) {
    expect(count).toBeGreaterThan(values.length * 0.09)
    expect(count).toBeLessThan(values.length * 0.11)
  }
}

describe('a seeded generator', () => {
  it('gives the same sequence for a seed on every machine and for ever', () => {
    expect(take(seededRandom(42), 3)).toEqual(knownOfSeed42)
    expect(take(seededRandom(42), 100)).toEqual(take(seededRandom(42), 100))
  })

  it('gives another sequence for another seed, also beyond 32 bits', () => {
    const seeds = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 40]
    expect(new Set(seeds.map((seed) => take(seededRandom(seed), 4).join())).size).toBe(seeds.length)
  })

  it('spreads evenly over [0, 1)', () => {
    expectEven(take(seededRandom(7), 100_000))
  })
})

describe('a fraction of a text', () => {
  it('is the same for the same text on every machine and for ever', () => {
    expect(hashFraction('run-1/a/1')).toBe(knownOfText)
  })

  it('spreads evenly over [0, 1), also for texts that differ in one character', () => {
    expectEven(Array.from({ length: 100_000 }, (_, index) => hashFraction(`run-1/object-${index}/1`)))
  })

  it('is a fraction for any text', () => {
    for (const text of ['', 'é', '\u0000', 'x'.repeat(10_000)]) {
      expect(hashFraction(text)).toBeGreaterThanOrEqual(0)
      expect(hashFraction(text)).toBeLessThan(1)
    }
  })
})
