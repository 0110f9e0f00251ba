// The lease book as it looks to a run that may share builds: who works for it may work for another run's attempt.

import type { Run } from '../core/run/run.ts'
import type { AttemptName, Holder, LeaseBook } from '../ports/lease-book.ts'
import type { GivenUp } from './attempt-revoker.ts'
import type { BuildDesk } from './build-desk.ts'

export interface BuildLeasesParts {
  readonly leases: LeaseBook
  readonly desk: Pick<BuildDesk, 'announcedFor' | 'leave'>
  /** The runs in memory: who looks after attempts looks after theirs. */
  readonly live: () => Iterable<{ readonly id: string; readonly run: Run | undefined }>
}

/** For who looks after attempts that were announced, and for who gives them up. Runs without a date pay nothing. */
export class BuildLeases implements Omit<LeaseBook, 'revoke'> {
  readonly #parts: BuildLeasesParts

  constructor(parts: BuildLeasesParts) {
    this.#parts = parts
  }

  expired(beforeMs: number, limit: number): Promise<readonly AttemptName[]> {
    return this.#parts.leases.expired(beforeMs, limit)
  }

  forget(attempts: readonly AttemptName[]): Promise<void> {
    return this.#parts.leases.forget(attempts)
  }

  /** Of an attempt that joined a build, who has the one that was announced for it. */
  async holders(attempts: readonly AttemptName[]): Promise<readonly Holder[]> {
    const runs = new Map<string, Run>()
    for (const { id, run } of this.#parts.live()) if (run !== undefined) runs.set(id, run)
    const announced = new Map<AttemptName, AttemptName | undefined>()
    const asking = [...Map.groupBy(attempts, ({ runId }) => runId)].map(async ([runId, own]) => {
      const run = runs.get(runId)
      const known = run === undefined ? own : await this.#parts.desk.announcedFor(run, own)
      for (const [index, attempt] of own.entries()) announced.set(attempt, known[index])
    })
    await Promise.all(asking)
    return this.#parts.leases.holders(attempts.map((attempt) => announced.get(attempt) ?? attempt))
  }

  /** Revokes what nobody waits for now. May be repeated, and rejects with STORE_UNAVAILABLE. */
  async revoke(attempts: readonly GivenUp[]): Promise<void> {
    const leaving = [...Map.groupBy(attempts, ({ group }) => group)].map(([group, part]) =>
      this.#parts.desk.leave(group, part.map(nameOf)),
    )
    const unwanted = (await Promise.all(leaving)).flat()
    if (unwanted.length > 0) await this.#parts.leases.revoke(unwanted)
  }
}

function nameOf({ runId, objectId, attempt }: GivenUp): AttemptName {
  return { runId, objectId, attempt }
}
