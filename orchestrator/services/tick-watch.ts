// Notices the ticks of schedules: each once in an orderly time, and the right ones when the clock leaps.

import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { lastTick, nextTick, passedTicks, type Schedule, type Tick } from '../core/schedule/schedule.ts'

/** What becomes of ticks that passed while nobody looked: the newest one of each schedule is made up for, or none. */
export type CatchUp = 'last' | 'none'

export interface Watched {
  readonly name: string
  readonly schedule: Schedule
  /** Called at each tick. May be called again for the same tick after the clock was set back. */
  readonly due: (tick: Tick) => void
}

export interface TickWatchParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly catchUp: CatchUp
  /** Called after each look: shows that the loop turns. */
  readonly beat: () => void
}

/** Timers follow no clock that is set or that slept: look at least this often. */
const longestRestMs = 60_000
/** A tick noticed later than this was missed. */
const lateAfterMs = 60_000
/** More ticks than one a second can bring between two looks. */
const mostTicks = 150

interface Kept extends Watched {
  /** The first tick after the last look: asking croner at each look would be most of the work of an idle house. */
  nextAtMs: number
}

export class TickWatch {
  readonly #parts: TickWatchParts
  readonly #watched: readonly Kept[]
  #timer: Timer | undefined
  #lookedAtMs = 0

  constructor(parts: TickWatchParts, watched: readonly Watched[]) {
    this.#parts = parts
    this.#watched = watched.map((one) => ({ ...one, nextAtMs: Number.NEGATIVE_INFINITY }))
  }

  /** Makes up for what was missed before, as `catchUp` says, and begins to look. */
  start(): void {
    const nowMs = this.#parts.clock.nowMs()
    // A tick of this very instant is not missed.
    this.#lookedAtMs = nowMs - 1
    if (this.#parts.catchUp === 'last') for (const watched of this.#watched) this.#makeUp(watched, nowMs)
    this.#look()
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #makeUp({ schedule, due }: Watched, nowMs: number): void {
    const tick = lastTick(schedule, nowMs - 1)
    if (tick !== undefined) due(tick)
  }

  #look(): void {
    const { clock, logger, beat } = this.#parts
    const nowMs = clock.nowMs()
    const backMs = this.#lookedAtMs - nowMs
    if (backMs > 0) logger.warn('the clock was set back, ticks may be noticed again', { by_ms: backMs })
    for (const watched of this.#watched) {
      if (nowMs < watched.nextAtMs && backMs <= 0) continue
      this.#notice(watched, nowMs)
      watched.nextAtMs = nextTick(watched.schedule, nowMs)?.atMs ?? Number.POSITIVE_INFINITY
    }
    this.#lookedAtMs = nowMs
    beat()
    this.#timer = clock.after(this.#restMs(nowMs), () => this.#look())
  }

  #notice(watched: Watched, nowMs: number): void {
    const passed = passedTicks(watched.schedule, this.#lookedAtMs, nowMs, mostTicks)
    const onTime = passed.filter((tick) => nowMs - tick.atMs <= lateAfterMs)
    const missed = passed[onTime.length]
    if (missed !== undefined) this.#missed(watched, missed, onTime.length > 0)
    for (const tick of onTime.reverse()) watched.due(tick)
  }

  #missed({ name, due }: Watched, newest: Tick, superseded: boolean): void {
    const madeUp = this.#parts.catchUp === 'last' && !superseded
    this.#parts.logger.warn('the clock leapt over ticks', {
      schedule: name,
      newest: newest.localTime,
      opened: madeUp,
    })
    if (madeUp) due(newest)
  }

  #restMs(nowMs: number): number {
    const nextAtMs = Math.min(...this.#watched.map((watched) => watched.nextAtMs))
    return Math.max(1, Math.min(longestRestMs, nextAtMs - nowMs))
  }
}
