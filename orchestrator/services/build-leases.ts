// The lease book as it looks to a run that may share builds: who works for it may work for another run's attempt.

import type { Run } from '../core/run/run.ts'
import type { AttemptName, Holder, LeaseBook } from '../ports/lease-book.ts'
import type { BuildDesk } from './build-desk.ts'

export interface BuildLeasesParts {
  readonly leases: LeaseBook
  readonly desk: Pick<BuildDesk, 'announcedFor' | 'leave'>
  /** The runs in memory: only of these it is known what they may share. */
  readonly live: () => Iterable<{ readonly id: string; readonly run: Run | undefined }>
}

/** For who looks after attempts that were announced, and for who gives them up. Runs without a date pay nothing. */
export class BuildLeases implements LeaseBook {
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
    const announced = new Map<AttemptName, AttemptName | undefined>()
    await this.#eachRun(attempts, async (run, own) => {
      const known = await this.#parts.desk.announcedFor(run, own)
      for (const [index, attempt] of own.entries()) announced.set(attempt, known[index])
    })
    return this.#parts.leases.holders(attempts.map((attempt) => announced.get(attempt) ?? attempt))
  }

  /** Revokes what nobody waits for now. An attempt of a run that is not in memory is left alone: others may wait for it. */
  async revoke(attempts: readonly AttemptName[]): Promise<void> {
    const unwanted: AttemptName[] = []
    await this.#eachRun(attempts, async (run, own) => {
      unwanted.push(...(await this.#parts.desk.leave(run, own)))
    })
    if (unwanted.length > 0) await this.#parts.leases.revoke(unwanted)
  }

  async #eachRun(
    attempts: readonly AttemptName[],
    visit: (run: Run, own: readonly AttemptName[]) => Promise<void>,
  ): Promise<void> {
    const runs = new Map<string, Run>()
    for (const { id, run } of this.#parts.live()) if (run !== undefined) runs.set(id, run)
    const visits = [...Map.groupBy(attempts, ({ runId }) => runId)].map(async ([runId, own]) => {
      const run = runs.get(runId)
      if (run !== undefined) await visit(run, own)
    })
    await Promise.all(visits)
  }
}
