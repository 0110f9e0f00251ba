// When silence counts as a stall.

import { describe, expect, it } from 'vitest'
import { StallWatch } from '../../../../../shared/adapters/kafka/stall-watch.ts'
import { VirtualClock } from '../../../../../shared/adapters/memory/virtual-clock.ts'

function watched() {
  const clock = new VirtualClock()
  const stalls: number[] = []
  const startMs = clock.nowMs()
  const watch = new StallWatch(clock, 1_000, () => stalls.push(clock.nowMs() - startMs))
  return { clock, stalls, watch }
}

describe('StallWatch', () => {
  it('tells once of a silence of the given length, at most a quarter late', async () => {
    const { clock, stalls } = watched()
    await clock.advance(10_000)
    expect(stalls).toHaveLength(1)
    expect(stalls[0]).toBeGreaterThanOrEqual(1_000)
    expect(stalls[0]).toBeLessThanOrEqual(1_250)
  })

  it('tells nothing as long as there are signs of life', async () => {
    const { clock, stalls, watch } = watched()
    for (let beat = 0; beat < 20; beat++) {
      await clock.advance(900)
      watch.beat()
    }
    expect(stalls).toEqual([])
    await clock.advance(1_250)
    expect(stalls).toHaveLength(1)
  })

  it('tells nothing after its stop', async () => {
    const { clock, stalls, watch } = watched()
    watch.stop()
    await clock.advance(10_000)
    expect([stalls, clock.waiting]).toEqual([[], 0])
  })
})
