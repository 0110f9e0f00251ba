// A virtual clock that can be set, as a machine's clock is by NTP or by waking from sleep: its timers do not notice.

import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'

export class LeapingClock implements Clock {
  readonly #steady: VirtualClock
  #leptMs = 0

  constructor(start: string) {
    this.#steady = new VirtualClock(Date.parse(start))
  }

  nowMs(): number {
    return this.#steady.nowMs() + this.#leptMs
  }

  after(delayMs: number, action: () => void): Timer {
    return this.#steady.after(delayMs, action)
  }

  get waiting(): number {
    return this.#steady.waiting
  }

  advance(ms: number): Promise<void> {
    return this.#steady.advance(ms)
  }

  /** Lets time pass up to an instant of the clock as it is set now. */
  advanceTo(instant: string): Promise<void> {
    return this.advance(Date.parse(instant) - this.nowMs())
  }

  /** Sets the clock. No time passes. */
  leapTo(instant: string): void {
    this.#leptMs += Date.parse(instant) - this.nowMs()
  }
}
