// How long to wait before trying again: it grows, it ends at a cap, and it is never nothing.

import { assert, constantFrom, double, integer, nat, oneof, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Backoff, backoffMs } from '../../../../shared/base/backoff.ts'
import { seed } from '../../../support/wild-texts.ts'

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
    assert(inRange, { seed })
  })

  const policies = record({
    baseMs: nat(86_400_000),
    factor: oneof(double({ min: 1, max: 100, noNaN: true }), constantFrom(1, 2, 100)),
    capMs: nat(604_800_000),
  })
  const chances = double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const failures = oneof(integer({ min: 1, max: 20 }), nat(100_000))

  it('is a whole number, never above the cap, and a tenth of base or cap at the least (any policy)', () => {
    const bounded = property(policies, failures, chances, (policy, count, chance) => {
      const ms = backoffMs(policy, count, chance)
      expect(Number.isSafeInteger(ms)).toBe(true)
      expect(ms).toBeLessThanOrEqual(policy.capMs)
      expect(ms).toBeGreaterThanOrEqual(Math.floor(Math.min(policy.baseMs, policy.capMs) / 10))
    })
    assert(bounded, { seed, numRuns: 2_000 })
  })

  it('never gets shorter with another failure, nor with another chance or cap that is greater (any policy)', () => {
    const growing = property(policies, failures, chances, nat(1_000_000), (policy, count, chance, more) => {
      const ms = backoffMs(policy, count, chance)
      expect(backoffMs(policy, count + 1, chance)).toBeGreaterThanOrEqual(ms)
      expect(backoffMs(policy, count, (1 + chance) / 2)).toBeGreaterThanOrEqual(ms)
      expect(backoffMs({ ...policy, capMs: policy.capMs + more }, count, chance)).toBeGreaterThanOrEqual(ms)
    })
    assert(growing, { seed, numRuns: 2_000 })
  })

  it('is nothing where the base is nothing, however often the factor is taken', () => {
    expect(backoffMs({ baseMs: 0, factor: 100, capMs: 1_000 }, 1_000, 0.5)).toBe(0)
  })
})
