// One call of a loader: its signal, and the single moment at which it ends.

import { limitInWords } from '../../shared/base/limit-in-words.ts'
import type { Timer } from '../../shared/ports/clock.ts'
import type { LoadContext } from '../ports/loader.ts'
import type { Work } from './work.ts'

/** Why a loader is told to give up; `revoked`: nobody wants the attempt any more. */
export type AbortReason = 'deadline' | 'lease-lost' | 'revoked' | 'leaving'

export class RunningAttempt {
  readonly work: Work
  readonly startedAtMs: number
  /** Until when its lease is trusted. */
  leasedUntilMs: number
  /** When it is told to give up; Infinity: never. */
  readonly deadlineMs: number
  #controller: AbortController | undefined
  #abortedFor: AbortReason | undefined
  /** Takes the slot from a loader that ignores its signal. */
  grace: Timer | undefined

  constructor(work: Work, startedAtMs: number, leasedUntilMs: number) {
    this.work = work
    this.startedAtMs = startedAtMs
    this.leasedUntilMs = leasedUntilMs
    const { deadline_ms, timeout_ms } = work.ready
    const timeoutAtMs = timeout_ms === null ? Number.POSITIVE_INFINITY : startedAtMs + timeout_ms
    this.deadlineMs = Math.min(timeoutAtMs, deadline_ms ?? Number.POSITIVE_INFINITY)
  }

  /** That its time is over, and which limit it was: of the load itself, or of its answer. */
  get timedOutText(): string {
    const { timeout_ms } = this.work.ready
    const isOwn = timeout_ms !== null && this.deadlineMs === this.startedAtMs + timeout_ms
    return isOwn
      ? `it timed out after ${limitInWords(timeout_ms)} (attempt_timeout)`
      : `it timed out after ${limitInWords(this.deadlineMs - this.startedAtMs)} of work, at its deadline (answer_timeout)`
  }

  /** The first reason for which it was told to give up. */
  get abortedFor(): AbortReason | undefined {
    return this.#abortedFor
  }

  /** What the loader sees. The signal is made when it is asked for: most loaders are done before anybody looks. */
  context(): LoadContext {
    const signalOf = () => this.#signal()
    return {
      get signal() {
        return signalOf()
      },
    }
  }

  abort(reason: AbortReason): void {
    this.#abortedFor ??= reason
    this.#controller?.abort(new Error(this.#abortedFor))
  }

  #signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#abortedFor !== undefined) this.#controller.abort(new Error(this.#abortedFor))
    }
    return this.#controller.signal
  }
}
