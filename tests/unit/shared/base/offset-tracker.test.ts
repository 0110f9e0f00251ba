// The watermark against a model that remembers everything.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OffsetTracker } from '../../../../shared/base/offset-tracker.ts'
import { seed } from '../../../support/wild-texts.ts'

describe('OffsetTracker', () => {
  it('stands at its start until something was taken and completed', () => {
    const tracker = new OffsetTracker(7)
    expect([tracker.watermark, tracker.span]).toEqual([7, 0])
    const first = tracker.take(7)
    expect([tracker.watermark, tracker.span]).toEqual([7, 1])
    expect(tracker.complete(first)).toBe(true)
    expect([tracker.watermark, tracker.span]).toEqual([8, 0])
  })

  it('moves over gaps in the offsets, as compacted logs have them', () => {
    const tracker = new OffsetTracker(0)
    const numbers = [3, 10, 11].map((offset) => tracker.take(offset))
    tracker.complete(numbers[0] as number)
    expect(tracker.watermark).toBe(10)
    tracker.complete(numbers[2] as number)
    expect(tracker.watermark).toBe(10)
    tracker.complete(numbers[1] as number)
    expect(tracker.watermark).toBe(12)
  })

  it('says false to a record that was complete before, also after it was forgotten', () => {
    const tracker = new OffsetTracker(0)
    const numbers = Array.from({ length: 5_000 }, (_, offset) => tracker.take(offset))
    for (const number of numbers) expect(tracker.complete(number)).toBe(true)
    for (const number of numbers) expect(tracker.complete(number)).toBe(false)
    expect(tracker.watermark).toBe(5_000)
  })

  it('is at the first incomplete offset, whatever the order of completion', () => {
    const property = fc.property(fc.array(fc.nat({ max: 4_000 }), { maxLength: 4_000 }), (order) => {
      const tracker = new OffsetTracker(0)
      const numbers = Array.from({ length: 4_001 }, (_, offset) => tracker.take(offset))
      const done = new Set<number>()
      for (const offset of order) {
        expect(tracker.complete(numbers[offset] as number)).toBe(!done.has(offset))
        done.add(offset)
      }
      let first = 0
      while (done.has(first)) first++
      expect([tracker.watermark, tracker.span]).toEqual([first, 4_001 - first])
    })
    fc.assert(property, { seed, numRuns: 30 })
  })
})
