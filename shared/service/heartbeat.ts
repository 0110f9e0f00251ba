// The sign of life of one main loop, for the liveness probe.

import type { Clock } from '../ports/clock.ts'

/** Stale when a loop that has begun has been silent for longer than it ever should be. */
export class Heartbeat {
  readonly name: string
  readonly staleAfterMs: number
  readonly #clock: Clock
  #lastBeatAtMs: number | undefined

  constructor(clock: Clock, name: string, staleAfterMs: number) {
    this.#clock = clock
    this.name = name
    this.staleAfterMs = staleAfterMs
  }

  /** To be called at each turn of the loop, also when there is nothing to do. The first call begins the watch. */
  beat(): void {
    this.#lastBeatAtMs = this.#clock.nowMs()
  }

  /** Ends the watch until the next beat: the loop has been stopped, or rests on purpose. */
  rest(): void {
    this.#lastBeatAtMs = undefined
  }

  /** How long the loop has been silent; 0 while it is not watched. */
  silentMs(): number {
    return this.#lastBeatAtMs === undefined ? 0 : Math.max(0, this.#clock.nowMs() - this.#lastBeatAtMs)
  }

  isStale(): boolean {
    return this.silentMs() > this.staleAfterMs
  }
}
