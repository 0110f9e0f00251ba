// The order of things in virtual time.

import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../../shared/adapters/memory/virtual-clock.ts'
import { seededRandom } from '../../../../../shared/base/random.ts'
import { sleep } from '../../../../../shared/ports/clock.ts'

function noted() {
  const clock = new VirtualClock(1_000)
  const notes: string[] = []
  const note = (text: string) => () => {
    notes.push(`${text}@${clock.nowMs()}`)
  }
  return { clock, notes, note }
}

describe('VirtualClock', () => {
  it('passes no time by itself', async () => {
    const { clock, notes, note } = noted()
    clock.after(1, note('a'))
    await clock.advance(0)
    expect([notes, clock.nowMs(), clock.waiting]).toEqual([[], 1_000, 1])
  })

  it('fires what is due, in the order of time, each at its own instant', async () => {
    const { clock, notes, note } = noted()
    for (const delay of [30, 10, 20, 40]) clock.after(delay, note(`${delay}`))
    await clock.advance(35)
    expect([notes, clock.nowMs()]).toEqual([['10@1010', '20@1020', '30@1030'], 1_035])
  })

  it('fires timers of one instant in the order in which they were made', async () => {
    const { clock, notes, note } = noted()
    clock.after(5, note('first'))
    clock.after(5, note('second'))
    await clock.advance(2)
    clock.after(3, note('third'))
    await clock.advance(3)
    expect(notes).toEqual(['first@1005', 'second@1005', 'third@1005'])
  })

  it('fires what a timer made, when it is due within the same advance', async () => {
    const { clock, notes, note } = noted()
    clock.after(10, () => clock.after(0, () => clock.after(5, note('grandchild'))))
    await clock.advance(15)
    expect(notes).toEqual(['grandchild@1015'])
  })

  it('never calls synchronously, also without delay', async () => {
    const { clock, notes, note } = noted()
    clock.after(0, note('later'))
    clock.after(-5, note('not earlier'))
    expect(notes).toEqual([])
    await clock.advance(0)
    expect(notes).toEqual(['later@1000', 'not earlier@1000'])
  })

  it('does not fire what was cancelled, nor what never comes', async () => {
    const { clock, notes, note } = noted()
    clock.after(Number.POSITIVE_INFINITY, note('never'))
    const timer = clock.after(1, note('cancelled'))
    timer.cancel()
    timer.cancel()
    await clock.advance(1_000_000)
    expect([notes, clock.waiting]).toEqual([[], 0])
  })

  it('lets promises settle before the next timer', async () => {
    const { clock, notes, note } = noted()
    const sleeper = async () => {
      for (let round = 0; round < 3; round++) await sleep(clock, 10)
      note('slept')()
    }
    void sleeper()
    clock.after(30, note('timer'))
    await clock.advance(30)
    expect(notes).toEqual(['timer@1030', 'slept@1030'])
  })

  it('runs until a fact holds and no further', async () => {
    const { clock, notes, note } = noted()
    for (const delay of [10, 20, 30]) clock.after(delay, note(`${delay}`))
    expect(await clock.runUntil(() => notes.length === 2)).toBe(true)
    expect([clock.nowMs(), notes.length]).toEqual([1_020, 2])
    expect(await clock.runUntil(() => false, 5)).toBe(false)
    expect(await clock.runUntil(() => notes.length === 4)).toBe(false)
    expect(clock.waiting).toBe(0)
  })

  it('keeps the order of time over many timers', async () => {
    const clock = new VirtualClock(0)
    const random = seededRandom(7)
    const fired: number[] = []
    const delays = Array.from({ length: 2_000 }, () => Math.floor(random() * 500))
    const timers = delays.map((delay) => clock.after(delay, () => fired.push(delay)))
    for (const [index, timer] of timers.entries()) if (index % 3 === 0) timer.cancel()
    await clock.advance(500)
    const expected = delays.filter((_, index) => index % 3 !== 0).sort((a, b) => a - b)
    expect(fired).toEqual(expected)
  })
})
