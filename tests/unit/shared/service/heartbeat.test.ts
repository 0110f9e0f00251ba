// A loop is stale when it has begun and been silent for too long.

import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../../shared/ports/clock.ts'
import { Heartbeat } from '../../../../shared/service/heartbeat.ts'

function handClock() {
  let nowMs = 1_000
  const clock: Clock = { nowMs: () => nowMs, after: () => ({ cancel() {} }) }
  return {
    clock,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

describe('Heartbeat', () => {
  it('is stale after a silence that is longer than allowed, until the next beat', () => {
    const { clock, pass } = handClock()
    const heartbeat = new Heartbeat(clock, 'conductor', 5_000)
    heartbeat.beat()
    pass(5_000)
    expect(heartbeat.isStale()).toBe(false)
    pass(1)
    expect(heartbeat.isStale()).toBe(true)
    expect(heartbeat.silentMs()).toBe(5_001)
    heartbeat.beat()
    expect(heartbeat.isStale()).toBe(false)
  })

  it('is not stale before its first beat, nor while it rests', () => {
    const { clock, pass } = handClock()
    const heartbeat = new Heartbeat(clock, 'conductor', 5_000)
    pass(1_000_000)
    expect(heartbeat.isStale()).toBe(false)
    heartbeat.beat()
    heartbeat.rest()
    pass(1_000_000)
    expect(heartbeat.isStale()).toBe(false)
    expect(heartbeat.silentMs()).toBe(0)
  })

  it('stands a clock that is set back', () => {
    const { clock, pass } = handClock()
    const heartbeat = new Heartbeat(clock, 'conductor', 5_000)
    heartbeat.beat()
    pass(-900)
    expect(heartbeat.silentMs()).toBe(0)
  })
})
