// The machine's clock keeps the promises of the clock port.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SystemClock } from '../../../../../shared/adapters/system/system-clock.ts'

const aMonthMs = 31 * 86_400_000

describe('SystemClock', () => {
  const clock = new SystemClock()

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance', 'Date'],
    })
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('reads the time of the machine', () => {
    vi.setSystemTime(1_763_600_000_123)
    expect(clock.nowMs()).toBe(1_763_600_000_123)
  })

  it('calls once, not before the delay has passed', () => {
    const action = vi.fn()
    clock.after(10, action)
    vi.advanceTimersByTime(9)
    expect(action).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(action).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1_000)
    expect(action).toHaveBeenCalledTimes(1)
  })

  it.each([0, -5])('calls in the next turn for a delay of %d, never at once', (delayMs) => {
    const action = vi.fn()
    clock.after(delayMs, action)
    expect(action).not.toHaveBeenCalled()
    vi.advanceTimersByTime(0)
    expect(action).toHaveBeenCalledTimes(1)
  })

  it('forgets what is cancelled, also twice and after it has fired', () => {
    const action = vi.fn()
    const timers = [clock.after(0, action), clock.after(5, action)]
    for (const timer of [...timers, ...timers]) timer.cancel()
    vi.advanceTimersByTime(10)
    expect(action).not.toHaveBeenCalled()
    const fired = clock.after(1, action)
    vi.advanceTimersByTime(1)
    fired.cancel()
    expect(action).toHaveBeenCalledTimes(1)
  })

  it('waits longer than a Node timer can', () => {
    const action = vi.fn()
    clock.after(aMonthMs, action)
    vi.advanceTimersByTime(aMonthMs - 1)
    expect(action).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(action).toHaveBeenCalledTimes(1)
  })

  it('cancels a long wait in its second step', () => {
    const action = vi.fn()
    const timer = clock.after(aMonthMs, action)
    vi.advanceTimersByTime(2 ** 31)
    timer.cancel()
    vi.advanceTimersByTime(aMonthMs)
    expect(action).not.toHaveBeenCalled()
  })

  it('never comes to Infinity', () => {
    const action = vi.fn()
    clock.after(Number.POSITIVE_INFINITY, action)
    vi.advanceTimersByTime(10 * aMonthMs)
    expect(action).not.toHaveBeenCalled()
  })

  it('is not moved by a machine whose clock is set', () => {
    const action = vi.fn()
    clock.after(1_000, action)
    vi.setSystemTime(0)
    vi.advanceTimersByTime(1_000)
    expect(action).toHaveBeenCalledTimes(1)
  })

  it('refuses a delay that is no number', () => {
    expect(() => clock.after(Number.NaN, () => {})).toThrow('a delay is a number')
  })
})

describe('SystemClock with real timers', () => {
  it('is not early by a part of a millisecond', async () => {
    const clock = new SystemClock()
    const begunMs = performance.now()
    await Promise.all(Array.from({ length: 20 }, (_, n) => passed(clock, n / 3, begunMs)))
  })

  async function passed(clock: SystemClock, delayMs: number, begunMs: number): Promise<void> {
    await new Promise<void>((resolve) => clock.after(delayMs, resolve))
    expect(performance.now() - begunMs).toBeGreaterThanOrEqual(delayMs)
  }
})
