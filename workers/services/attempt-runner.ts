// Runs loaders: keeps their leases, watches their deadlines, and says once how each of them ended.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import { eventVersion, refuseNewer } from '../../shared/base/format-version.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { type AttemptKey, attemptName } from '../core/attempt.ts'
import type { Outcome } from '../core/verdict.ts'
import type { AttemptLedger, LostLease } from '../ports/attempt-ledger.ts'
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

/** Leases are renewed at least this often: a renewal is also how a revocation reaches a loader. */
const mostRenewalMs = 2_000

/** The rest is for two clocks that do not run alike, and for a loader to notice that it must stop. */
const trustedPart = 0.9

export interface Ending {
  readonly work: Work
  /**
   * `lost`: its lease is not held any more, somebody else may work on it, and there is nothing to answer.
   * `revoked`: nobody should work on it, and there is nothing to answer either.
   */
  readonly outcome: Outcome | 'lost' | 'revoked'
  readonly durationMs: number
}

export class AttemptRunner {
  readonly #parts: RunnerParts
  readonly #ended: (ending: Ending) => void
  readonly #running = new Map<string, RunningAttempt>()
  #renewal: Timer | undefined
  #distrust: Timer | undefined
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

  /** `claimedAtMs`: when the ledger was asked for the lease, which is not after it began. */
  start(work: Work, claimedAtMs: number): void {
    const { clock } = this.#parts
    const attempt = new RunningAttempt(work, clock.nowMs(), this.#trustedFrom(claimedAtMs))
    this.#running.set(work.name, attempt)
    this.#renewal ??= clock.after(this.#renewalMs, () => void this.#renew())
    this.#trustUntil(attempt.leasedUntilMs)
    this.#watch(attempt.deadlineMs)
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
    this.#distrust?.cancel()
    this.#distrust = undefined
    this.#deadline?.timer.cancel()
    this.#deadline = undefined
  }

  async #call(attempt: RunningAttempt) {
    const { ready } = attempt.work
    refuseNewer(`the Ready event of ${ready.id}`, ready.v, eventVersion)
    const lateMs = attempt.startedAtMs - attempt.deadlineMs
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
    this.#ended({ work: attempt.work, outcome: judged(outcome, attempt), durationMs })
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
    const attempts = [...this.#running.values()]
    const keys = attempts.map(({ work }) => work.key)
    const leasedUntilMs = this.#trustedFrom(clock.nowMs())
    try {
      const lost = keys.length === 0 ? [] : await ledger.renew(keys, owner, leaseMs)
      for (const attempt of attempts) attempt.leasedUntilMs = leasedUntilMs
      for (const lease of lost) this.#lose(lease)
    } catch (error) {
      logger.warn('cannot renew leases, trying again', { attempts: keys.length, error: messageOf(error) })
    }
    const rests = this.#renewal === undefined || this.#running.size === 0
    this.#renewal = rests ? undefined : clock.after(this.#renewalMs, () => void this.#renew())
  }

  get #renewalMs(): number {
    return Math.min(this.#parts.leaseMs / 3, mostRenewalMs)
  }

  #lose({ key, because }: LostLease): void {
    const attempt = this.#running.get(attemptName(key))
    if (attempt !== undefined) this.#abort(attempt, because === 'revoked' ? 'revoked' : 'lease-lost')
  }

  /** Source: DESIGN §7, start of the last renewal + TTL − margin. */
  #trustedFrom(askedAtMs: number): number {
    return askedAtMs + this.#parts.leaseMs * trustedPart
  }

  /** One timer for all: leases that are claimed later, or renewed, end later. */
  #trustUntil(untilMs: number): void {
    const { clock } = this.#parts
    this.#distrust ??= clock.after(Math.max(0, untilMs - clock.nowMs()), () => this.#giveUpUnrenewed())
  }

  #giveUpUnrenewed(): void {
    this.#distrust = undefined
    const nowMs = this.#parts.clock.nowMs()
    let stopped = 0
    let untilMs = Number.POSITIVE_INFINITY
    for (const attempt of this.#running.values()) {
      if (attempt.abortedFor !== undefined) continue
      if (attempt.leasedUntilMs > nowMs) untilMs = Math.min(untilMs, attempt.leasedUntilMs)
      else {
        this.#abort(attempt, 'lease-lost')
        stopped++
      }
    }
    if (stopped > 0)
      this.#parts.logger.warn('leases could not be renewed in time, their loaders are stopped', {
        attempts: stopped,
      })
    if (untilMs < Number.POSITIVE_INFINITY) this.#trustUntil(untilMs)
  }

  /** One timer for all: it stands at the earliest deadline that was ever announced to it. */
  #watch(deadlineMs: number): void {
    if (
      deadlineMs === Number.POSITIVE_INFINITY ||
      (this.#deadline !== undefined && this.#deadline.atMs <= deadlineMs)
    )
      return
    this.#deadline?.timer.cancel()
    const { clock } = this.#parts
    const timer = clock.after(Math.max(0, deadlineMs - clock.nowMs()), () => this.#expire())
    this.#deadline = { atMs: deadlineMs, timer }
  }

  #expire(): void {
    this.#deadline = undefined
    const nowMs = this.#parts.clock.nowMs()
    for (const attempt of this.#running.values()) {
      const { deadlineMs } = attempt
      if (attempt.abortedFor !== undefined) continue
      if (deadlineMs <= nowMs) this.#abort(attempt, 'deadline')
      else this.#watch(deadlineMs)
    }
  }
}

/** What a loader throws after it was told to give up says nothing; what it loaded in spite of that is loaded. */
function judged(outcome: Outcome, { abortedFor, timedOutText }: RunningAttempt): Ending['outcome'] {
  if (outcome.kind === 'loaded' || abortedFor === undefined) return outcome
  if (abortedFor === 'revoked') return 'revoked'
  if (abortedFor !== 'deadline') return 'lost'
  const error = new Fault('ATTEMPT_TIMED_OUT', timedOutText)
  return { kind: 'thrown', error }
}
