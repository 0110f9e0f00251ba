// Finds attempts whose worker died, and attempts that nobody picked up, and has them announced anew.

import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Service } from '../../shared/service/service.ts'
import type { LostCause } from '../core/run/run-input.ts'
import type { AttemptName, LeaseBook } from '../ports/lease-book.ts'
import type { Conductor } from './conductor.ts'
import { RegularLook } from './regular-look.ts'
import { unclaimed } from './unclaimed.ts'

export interface LeaseWatchParts {
  readonly leases: Pick<LeaseBook, 'expired' | 'forget' | 'holders'>
  readonly conductor: Pick<Conductor, 'submit' | 'live'>
  readonly clock: Clock
  readonly logger: Logger
}

const everyMs = 1_000
/** A lease counts as dead this long after its end: a renewal may be on its way. */
const graceMs = 1_000
/**
 * For so long after the store was away, or this replica was, dead leases are left alone: their owners may be alive,
 * could not renew them either, and come back first.
 */
const settlingMs = 6_000
/** Most attempts in one look. */
const mostAttempts = 1_000
/** An attempt that somebody has, or whose run could not decide, is not asked for again for this long. */
const restMs = 10_000

export class LeaseWatch implements Service {
  readonly name: string
  readonly #parts: LeaseWatchParts
  readonly #looks: RegularLook
  /** By name: until when an attempt is not asked for again. Infinity: its input is being decided. */
  readonly #resting = new Map<string, number>()
  /** Runs that could not decide, by id: until when nothing of them is asked for. It is the run that is ill, and others wait. */
  readonly #refusing = new Map<string, number>()
  /** Decided, and to be forgotten by the book. */
  #decided: AttemptName[] = []
  #trustAtMs = Number.POSITIVE_INFINITY

  constructor(parts: LeaseWatchParts) {
    this.#parts = parts
    this.#looks = new RegularLook({ ...parts, name: 'lease watch', everyMs, look: () => this.#look() })
    this.name = this.#looks.name
  }

  async start(): Promise<void> {
    this.#trustAtMs = this.#parts.clock.nowMs() + settlingMs
    await this.#looks.start()
  }

  stop(): Promise<void> {
    return this.#looks.stop()
  }

  async #look(): Promise<void> {
    try {
      await this.#forgetDecided()
      await this.#findDead()
      await this.#findUnclaimed()
    } catch (error) {
      this.#trustAtMs = this.#parts.clock.nowMs() + settlingMs
      throw error
    } finally {
      this.#wakeRested()
    }
  }

  async #findDead(): Promise<void> {
    const { leases, clock } = this.#parts
    const nowMs = clock.nowMs()
    const dead = await leases.expired(nowMs - graceMs, mostAttempts, (attempt) => this.#rests(attempt))
    if (nowMs < this.#trustAtMs) return
    for (const attempt of dead) this.#lose(attempt, 'lease-expired')
  }

  async #findUnclaimed(): Promise<void> {
    const { leases, clock, conductor } = this.#parts
    const nowMs = clock.nowMs()
    const rests = (attempt: AttemptName) => this.#rests(attempt)
    const attempts = unclaimed(conductor.live, nowMs, mostAttempts, rests)
    if (attempts.length === 0) return
    const holders = await leases.holders(attempts)
    for (const [index, attempt] of attempts.entries()) {
      if (holders[index]?.kind === 'free' && nowMs >= this.#trustAtMs) this.#lose(attempt, 'not-picked-up')
      else this.#resting.set(nameOf(attempt), nowMs + restMs)
    }
  }

  #lose(attempt: AttemptName, cause: LostCause): void {
    const { conductor, clock, logger } = this.#parts
    const { runId, objectId, attempt: number } = attempt
    this.#resting.set(nameOf(attempt), Number.POSITIVE_INFINITY)
    logger.info('an attempt is lost', { run_id: runId, object_id: objectId, attempt: number, cause })
    conductor.submit(runId, {
      input: { kind: 'lost', objectId, attempt: number, cause },
      settle: () => void this.#decided.push(attempt),
      refuse: (fault) => {
        if (fault.code === 'RUN_UNKNOWN' || fault.code === 'OBJECT_UNKNOWN') this.#decided.push(attempt)
        else {
          this.#resting.delete(nameOf(attempt))
          this.#refusing.set(runId, clock.nowMs() + restMs)
        }
      },
    })
  }

  async #forgetDecided(): Promise<void> {
    if (this.#decided.length === 0) return
    const decided = this.#decided
    this.#decided = []
    try {
      await this.#parts.leases.forget(decided)
    } catch (error) {
      this.#decided.push(...decided)
      throw error
    }
    for (const attempt of decided) this.#resting.delete(nameOf(attempt))
  }

  #rests(attempt: AttemptName): boolean {
    return this.#refusing.has(attempt.runId) || this.#resting.has(nameOf(attempt))
  }

  #wakeRested(): void {
    const nowMs = this.#parts.clock.nowMs()
    for (const rests of [this.#resting, this.#refusing])
      for (const [name, untilMs] of rests) if (untilMs <= nowMs) rests.delete(name)
  }
}

function nameOf({ runId, objectId, attempt }: AttemptName): string {
  return JSON.stringify([runId, objectId, attempt])
}
