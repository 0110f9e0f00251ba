// Tells the zones which attempts nobody wants any more: their loaders are told to give up.

import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { insist } from '../../shared/service/insist.ts'
import { Pump } from '../../shared/service/pump.ts'
import { buildGroupOf } from '../core/run/build.ts'
import type { CommitRecord, RunFact } from '../core/run/run-fact.ts'
import type { RunView } from '../core/run/run-view.ts'
import type { AttemptName } from '../ports/lease-book.ts'

/** An attempt that its run does not wait for any more. */
export interface GivenUp extends AttemptName {
  /** In which its run shares builds; undefined: it shares none. The run itself may not be in memory any more. */
  readonly group: string | undefined
}

export interface AttemptRevokerParts {
  /** `revoke` may be repeated, and rejects with STORE_UNAVAILABLE when it may work later. */
  readonly leases: { revoke(attempts: readonly GivenUp[]): Promise<void> }
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Most attempts in one call. */
const batchAttempts = 1_000

/** One call is on its way at a time; a revocation that is lost in a crash only lets a loader go on for nothing. */
export class AttemptRevoker {
  readonly #parts: AttemptRevokerParts
  readonly #waiting: GivenUp[] = []
  readonly #pump = new Pump({
    isWaiting: () => this.#waiting.length > 0,
    workOff: () => this.#revoke(this.#waiting.splice(0, batchAttempts)),
  })

  constructor(parts: AttemptRevokerParts) {
    this.#parts = parts
  }

  /** Takes the attempts that a commit has given up. */
  record(run: Pick<RunView, 'id' | 'head'>, commit: Pick<CommitRecord, 'facts'>): void {
    const group = buildGroupOf(run)
    for (const fact of commit.facts) {
      const attempt = givenUp(fact)
      if (attempt !== undefined) this.#waiting.push({ runId: run.id, group, ...attempt })
    }
    if (this.#waiting.length > 0) this.#pump.wake()
  }

  /** Resolves when nothing waits to be revoked. */
  drained(): Promise<void> {
    return this.#pump.drained()
  }

  stop(): Promise<void> {
    return this.#pump.stop()
  }

  async #revoke(batch: readonly GivenUp[]): Promise<void> {
    const persistence = { ...this.#parts, signal: this.#pump.stopping, worthwhile: () => true }
    await insist('revoke attempts', () => this.#parts.leases.revoke(batch), persistence)
  }
}

function givenUp(fact: RunFact): Omit<AttemptName, 'runId'> | undefined {
  switch (fact.type) {
    case 'object-cancelled':
    case 'object-marked-loaded':
    case 'object-skipped':
      return fact.attempt === undefined ? undefined : { objectId: fact.object_id, attempt: fact.attempt }
    case 'late-result-accepted':
      return fact.given_up_attempt === undefined
        ? undefined
        : { objectId: fact.object_id, attempt: fact.given_up_attempt }
    case 'object-retry-scheduled':
    case 'object-failed':
      return fact.given_up === undefined ? undefined : { objectId: fact.object_id, attempt: fact.attempt }
    default:
      return undefined
  }
}
