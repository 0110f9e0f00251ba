// How long to wait before trying again: it grows, it ends at a cap, and it is never nothing.

import { assert, double, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Backoff, backoffMs } from '../../../../shared/base/backoff.ts'

const backoff: Backoff = { baseMs: 1_000, factor: 2, capMs: 10_000 }

describe('a wait', () => {
  it('is the base after the first failure and grows by the factor up to the cap', () => {
    expect([1, 2, 3, 4, 5, 6].map((failures) => backoffMs(backoff, failures, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ])
  })

  it('is a tenth of that at the least, and the share that chance says above it', () => {
    expect([0, 0.5, 1].map((chance) => backoffMs(backoff, 1, chance))).toEqual([100, 550, 1_000])
  })

  it('is the first one also before any failure', () => {
    expect(backoffMs(backoff, 0, 1)).toBe(1_000)
  })

  it('stays a whole number between a tenth and all of the cap, however many failures there were', () => {
    const inRange = property(
      integer({ min: 1, max: 100_000 }),
      double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, chance) => {
        const ms = backoffMs(backoff, failures, chance)
        expect(Number.isSafeInteger(ms)).toBe(true)
        expect(ms).toBeGreaterThanOrEqual(100)
        expect(ms).toBeLessThanOrEqual(10_000)
      },
    )
    assert(inRange)
  })
})
