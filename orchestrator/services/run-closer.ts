// Closes runs in a rebuild: what was decided before and is published afterwards is void, and so it is known what each run is.

import { Fault } from '../../shared/base/fault.ts'
import type { EventRecord } from '../../shared/events/event-record.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Transport } from '../../shared/ports/transport.ts'
import { printCommit } from '../core/run/commit-record.ts'
import { claimRecord, journalRecords } from '../core/run/journal.ts'
import type { JournalFold, JournalledRun } from '../core/run/journal-fold.ts'
import type { RunRecovery } from '../ports/run-recovery.ts'
import type { CommitIds } from './commit-ids.ts'
import type { JournalReader } from './journal-reader.ts'

export interface RunCloserParts {
  readonly recovery: Pick<RunRecovery, 'hold'>
  readonly transport: Pick<Transport, 'publish'>
  readonly journal: string
  readonly clock: Clock
}

/** A run that cannot be closed after so many rounds is claimed by somebody else all the time. */
const mostRounds = 10

/** Of one rebuild. */
export class RunCloser {
  readonly #parts: RunCloserParts
  readonly #ids: CommitIds
  readonly #rebuild: string
  readonly #reader: JournalReader
  /** Ids of the commits with which runs were closed. */
  readonly #closings = new Set<string>()

  constructor(parts: RunCloserParts, ids: CommitIds, rebuild: string, reader: JournalReader) {
    this.#parts = parts
    this.#ids = ids
    this.#rebuild = rebuild
    this.#reader = reader
  }

  /** Whether the run ends with a commit by which it was closed here. */
  isClosed({ last }: JournalledRun): boolean {
    return this.#closings.has(last ?? '')
  }

  /**
   * Reads the journal and closes every run that is meant with a commit without facts, whoever else is still alive. A
   * claim comes first, so that of two who restore a run only the later can close it; and nothing of the run is kept
   * from then on, lest somebody be told that it counts. Rejects with a retryable Fault.
   */
  async close(isMeant: (run: JournalledRun) => boolean): Promise<JournalFold> {
    const { recovery, transport, journal, clock } = this.#parts
    const fold = await this.#reader.read()
    const isOpen = (run: JournalledRun) => isMeant(run) && !this.isClosed(run)
    for (let round = 0; round < mostRounds; round++) {
      const open = [...fold.runs()].filter(isOpen).map(({ runId }) => runId)
      if (open.length === 0) return fold
      const claim = this.#ids.next()
      await transport.publish(open.map((runId) => claimRecord(runId, claim, clock.nowMs(), journal)))
      await recovery.hold(this.#rebuild, open)
      await this.#reader.read()
      await transport.publish(open.flatMap((runId) => this.#closing(fold, runId, claim)))
      // Where something came before our commit, it counts: the run is closed behind it in the next round.
      await this.#reader.read()
    }
    throw superseded()
  }

  #closing(fold: JournalFold, runId: string, rebuild: string): readonly EventRecord[] {
    const { clock, journal } = this.#parts
    const { records = [], last } = fold.run(runId) ?? {}
    const id = this.#ids.next()
    this.#closings.add(id)
    const place = { id, prev: last, run_id: runId, version: records.length + 1 }
    const commit = { v: 1, ...place, at_ms: clock.nowMs(), facts: [], rebuild } as const
    return journalRecords(commit, printCommit(commit), journal)
  }
}

/** Somebody else rebuilds the store: what was begun here is nobody's concern any more. */
export function superseded(): Fault {
  return new Fault('STORE_BEHIND', 'redis-rebuilding: another orchestrator restores what the store has lost')
}
