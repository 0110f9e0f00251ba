// Notices that something which should be alive has shown no sign of life.

import type { Clock, Timer } from '../../ports/clock.ts'

/** The time is cut into this many looks, so that a machine that slept is not taken for a stall. */
const looks = 4

export class StallWatch {
  readonly #clock: Clock
  readonly #lookMs: number
  readonly #onStall: () => void
  #timer: Timer | undefined
  #silentLooks = 0

  /** Calls `onStall` once, when no `beat` came for about `stallMs` (up to a quarter more). */
  constructor(clock: Clock, stallMs: number, onStall: () => void) {
    this.#clock = clock
    this.#lookMs = stallMs / looks
    this.#onStall = onStall
    this.#lookLater()
  }

  beat(): void {
    this.#silentLooks = 0
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #lookLater(): void {
    this.#timer = this.#clock.after(this.#lookMs, () => {
      this.#silentLooks++
      if (this.#silentLooks > looks) return this.#onStall()
      this.#lookLater()
    })
  }
}
