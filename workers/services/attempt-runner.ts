// Runs loaders: keeps their leases, watches their deadlines, and says once how each of them ended.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { type AttemptKey, attemptName } from '../core/attempt.ts'
import type { Outcome } from '../core/verdict.ts'
import type { AttemptLedger } from '../ports/attempt-ledger.ts'
import type { Loader } from '../ports/loader.ts'
import { type AbortReason, RunningAttempt } from './running-attempt.ts'
import type { Work } from './work.ts'

export interface RunnerParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly ledger: AttemptLedger
  readonly owner: string
  readonly leaseMs: number
  /** How long a loader that was told to give up may take before its slot is taken from it. */
  readonly graceMs: number
  /** The loader of an object; throws NO_LOADER when it names one that the zone does not have. */
  readonly loaderOf: (ready: ReadyEvent) => Loader
}

export interface Ending {
  readonly work: Work
  /** `lost`: somebody else works on it now, and there is nothing to answer. */
  readonly outcome: Outcome | 'lost'
  readonly durationMs: number
}

export class AttemptRunner {
  readonly #parts: RunnerParts
  readonly #ended: (ending: Ending) => void
  readonly #running = new Map<string, RunningAttempt>()
  #renewal: Timer | undefined
  #deadline: { readonly atMs: number; readonly timer: Timer } | undefined

  /** `ended` is called once per started attempt, never synchronously within `start`, and not for abandoned ones. */
  constructor(parts: RunnerParts, ended: (ending: Ending) => void) {
    this.#parts = parts
    this.#ended = ended
  }

  /** Loaders that run. */
  get size(): number {
    return this.#running.size
  }

  start(work: Work): void {
    const { clock } = this.#parts
    const attempt = new RunningAttempt(work, clock.nowMs())
    this.#running.set(work.name, attempt)
    this.#renewal ??= clock.after(this.#parts.leaseMs / 3, () => void this.#renew())
    this.#watch(work.ready.deadline_ms)
    this.#call(attempt).then(
      (loaded) => this.#end(attempt, { kind: 'loaded', loaded }),
      (error: unknown) => this.#end(attempt, { kind: 'thrown', error }),
    )
  }

  /** Tells every loader to give up and forgets it; nothing of it is answered. Gives what was given up. */
  abandon(): readonly AttemptKey[] {
    const attempts = [...this.#running.values()]
    this.rest()
    this.#running.clear()
    for (const attempt of attempts) {
      attempt.grace?.cancel()
      attempt.abort('leaving')
    }
    return attempts.map(({ work }) => work.key)
  }

  /** Stops the timers: nothing runs any more. */
  rest(): void {
    this.#renewal?.cancel()
    this.#renewal = undefined
    this.#deadline?.timer.cancel()
    this.#deadline = undefined
  }

  async #call(attempt: RunningAttempt) {
    const { ready } = attempt.work
    const lateMs = attempt.startedAtMs - (ready.deadline_ms ?? Number.POSITIVE_INFINITY)
    if (lateMs >= 0) {
      throw new Fault('ATTEMPT_TIMED_OUT', `its deadline had passed ${lateMs} ms before it could begin`)
    }
    return this.#parts.loaderOf(ready).load(ready, attempt.context())
  }

  #end(attempt: RunningAttempt, outcome: Outcome): void {
    // Not there: its grace was over, or it was abandoned.
    if (this.#running.get(attempt.work.name) !== attempt) return
    this.#running.delete(attempt.work.name)
    attempt.grace?.cancel()
    const durationMs = this.#parts.clock.nowMs() - attempt.startedAtMs
    this.#ended({ work: attempt.work, outcome: judged(outcome, attempt.abortedFor), durationMs })
  }

  #abort(attempt: RunningAttempt, reason: AbortReason): void {
    if (attempt.abortedFor !== undefined) return
    attempt.abort(reason)
    const { clock, graceMs, logger } = this.#parts
    attempt.grace = clock.after(graceMs, () => {
      const { runId, objectId } = attempt.work.key
      logger.warn('a loader ignores its signal, its slot is given away', {
        run_id: runId,
        object_id: objectId,
      })
      this.#end(attempt, { kind: 'thrown', error: new Error('the loader ignored its signal') })
    })
  }

  async #renew(): Promise<void> {
    const { clock, ledger, owner, leaseMs, logger } = this.#parts
    const keys = [...this.#running.values()].map(({ work }) => work.key)
    try {
      const lost = keys.length === 0 ? [] : await ledger.renew(keys, owner, leaseMs)
      for (const key of lost) this.#lose(key)
    } catch (error) {
      // Whoever takes an attempt meanwhile loads it twice; the ledger keeps the first answer.
      logger.warn('cannot renew leases, trying again', { attempts: keys.length, error: messageOf(error) })
    }
    const rests = this.#renewal === undefined || this.#running.size === 0
    this.#renewal = rests ? undefined : clock.after(leaseMs / 3, () => void this.#renew())
  }

  #lose(key: AttemptKey): void {
    const attempt = this.#running.get(attemptName(key))
    if (attempt !== undefined) this.#abort(attempt, 'lease-lost')
  }

  /** One timer for all: it stands at the earliest deadline that was ever announced to it. */
  #watch(deadlineMs: number | null): void {
    if (deadlineMs === null || (this.#deadline !== undefined && this.#deadline.atMs <= deadlineMs)) return
    this.#deadline?.timer.cancel()
    const { clock } = this.#parts
    const timer = clock.after(Math.max(0, deadlineMs - clock.nowMs()), () => this.#expire())
    this.#deadline = { atMs: deadlineMs, timer }
  }

  #expire(): void {
    this.#deadline = undefined
    const nowMs = this.#parts.clock.nowMs()
    for (const attempt of this.#running.values()) {
      const deadlineMs = attempt.work.ready.deadline_ms
      if (deadlineMs === null || attempt.abortedFor !== undefined) continue
      if (deadlineMs <= nowMs) this.#abort(attempt, 'deadline')
      else this.#watch(deadlineMs)
    }
  }
}

/** What a loader throws after it was told to give up says nothing; what it loaded in spite of that is loaded. */
function judged(outcome: Outcome, abortedFor: AbortReason | undefined): Outcome | 'lost' {
  if (outcome.kind === 'loaded' || abortedFor === undefined) return outcome
  if (abortedFor !== 'deadline') return 'lost'
  const error = new Fault('ATTEMPT_TIMED_OUT', 'its deadline passed while it was loaded')
  return { kind: 'thrown', error }
}
