// After a loss: tells the zones which attempts of a run are over. What they knew of them was in the same store.

import type { Clock } from '../../shared/ports/clock.ts'
import { attemptsOver } from '../core/run/attempts-over.ts'
import { buildGroupOf } from '../core/run/build.ts'
import { parseCommit } from '../core/run/commit-record.ts'
import type { RunView } from '../core/run/run-view.ts'
import type { BuildRegistry } from '../ports/build-registry.ts'
import type { AttemptName, LeaseBook } from '../ports/lease-book.ts'

export interface OverRevokerParts {
  readonly leases: Pick<LeaseBook, 'revoke'>
  readonly builds: Pick<BuildRegistry, 'leave'>
  readonly clock: Clock
}

/** A revocation is remembered for as long: who is quiet for longer is restored without. */
const redeliveredMs = 4 * 3_600_000
/** Most attempts in one call: a run may have hundreds of thousands. */
const batchAttempts = 1_000

export class OverRevoker {
  readonly #parts: OverRevokerParts

  constructor(parts: OverRevokerParts) {
    this.#parts = parts
  }

  /**
   * What comes again of these attempts must not be loaded once more. `records`: the commits of the run. May be
   * repeated, and rejects with STORE_UNAVAILABLE.
   */
  async revoke(run: RunView, records: readonly string[]): Promise<void> {
    if (saidLastAtMs(records) < this.#parts.clock.nowMs() - redeliveredMs) return
    const over = attemptsOver(run).map((attempt) => ({ runId: run.id, ...attempt }))
    for (let first = 0; first < over.length; first += batchAttempts) {
      const unwanted = await this.#left(run, over.slice(first, first + batchAttempts))
      if (unwanted.length > 0) await this.#parts.leases.revoke(unwanted)
    }
  }

  /**
   * Another run may wait for an attempt that is over in the run which announced it: it stays until they have left too.
   * That holds in any order of runs. Where the registry of builds has survived, it knows who waits; where it was lost,
   * all who wait claim anew, and an attempt that has left is joined by nobody.
   */
  async #left(run: RunView, attempts: readonly AttemptName[]): Promise<readonly AttemptName[]> {
    const group = buildGroupOf(run)
    return group === undefined ? attempts : this.#parts.builds.leave(group, attempts)
  }
}

/** When the run said something last: the commit that closes it says nothing. */
function saidLastAtMs(records: readonly string[]): number {
  for (const record of records.toReversed()) {
    const { facts, at_ms } = parseCommit(record)
    if (facts.length > 0) return at_ms
  }
  return 0
}
