// Gives a store back what it lost: reads the journal and puts the runs it knows in their place again.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Transport } from '../../shared/ports/transport.ts'
import { planFromChunks } from '../core/graph/plan-chunks.ts'
import { parseCommit, replay } from '../core/run/commit-record.ts'
import type { JournalledRun } from '../core/run/journal-fold.ts'
import { Run } from '../core/run/run.ts'
import { isStillOut } from '../core/run/still-out.ts'
import { dueAtMsOf, summaryOf } from '../core/run/summary.ts'
import type { RestoredRun, RunRecovery, RunTail } from '../ports/run-recovery.ts'
import type { RunStore } from '../ports/run-store.ts'
import { CommitIds } from './commit-ids.ts'
import { JournalReader } from './journal-reader.ts'
import { OverRevoker, type OverRevokerParts } from './over-revoker.ts'
import { RunCloser, superseded } from './run-closer.ts'

export interface RestorerParts extends OverRevokerParts {
  readonly recovery: RunRecovery
  readonly store: Pick<RunStore, 'savePlan' | 'summary'>
  readonly transport: Pick<Transport, 'scan' | 'publish'>
  readonly journal: string
  readonly random: Random
  readonly logger: Logger
  /**
   * Whether all events go with this process, and their journal records do not: what was announced is then tried
   * anew and not sent again.
   */
  readonly isAlone?: boolean
}

type Folded = Omit<RestoredRun, keyof RunTail>

/** A run or a plan that the journal did not know is not looked for again for this long. */
const unknownForMs = 30_000
const mostUnknown = 10_000
/** A run that ended and said nothing for so long is not closed in a rebuild: there are many of them. */
const restAfterMs = 600_000

/** One rebuild is under way at a time, here and in the whole house; who asks meanwhile waits for it. */
export class Restorer {
  readonly #parts: RestorerParts
  readonly #ids: CommitIds
  readonly #over: OverRevoker
  /** By which the store knows this replica. */
  readonly #name: string
  readonly #unknown = new Map<string, number>()
  #rebuilding: Promise<void> | undefined
  #waitsForOther = false

  constructor(parts: RestorerParts) {
    this.#parts = parts
    this.#ids = new CommitIds(parts.random)
    this.#over = new OverRevoker(parts)
    this.#name = this.#ids.next()
  }

  /** Whether the store is being rebuilt, as far as this replica knows. */
  get isRebuilding(): boolean {
    return this.#rebuilding !== undefined || this.#waitsForOther
  }

  /** Makes sure that the store is whole. Rejects with a retryable Fault when it is not, or when it cannot be known. */
  async ensureWhole(): Promise<void> {
    if (this.#rebuilding === undefined && (await this.#parts.recovery.whole()) !== undefined) {
      this.#waitsForOther = false
      return
    }
    await this.#rebuild(false)
  }

  /** What `look` gives of the store while it is whole: what is not there then was never there. Rejects as ensureWhole. */
  async whole<Seen>(look: () => Promise<Seen>): Promise<Seen> {
    for (;;) {
      await this.ensureWhole()
      const before = await this.#parts.recovery.whole()
      const seen = await look()
      if (before !== undefined && (await this.#parts.recovery.whole()) === before) return seen
    }
  }

  /** Rebuilds the store although it may say that it is whole. Rejects as ensureWhole. */
  async rebuild(): Promise<void> {
    await this.#rebuild(true)
  }

  /**
   * Rebuilds a store that is whole and still does not have this run. False when the journal does not have it
   * either. Rejects as ensureWhole.
   */
  async restore(runId: string): Promise<boolean> {
    const nowMs = this.#parts.clock.nowMs()
    if ((this.#unknown.get(runId) ?? 0) > nowMs) return false
    this.#parts.logger.warn('the store lacks a run that it had, everything is restored', { run_id: runId })
    await this.#rebuild(true)
    if ((await this.#parts.store.summary(runId)) !== undefined) return true
    this.#remember(runId, nowMs)
    return false
  }

  /**
   * Puts the plan of a run back in a store that lacks it, and gives its chunks; undefined when the journal does
   * not have it either. Rejects with a retryable Fault.
   */
  async restorePlan(runId: string, plan: string): Promise<readonly string[] | undefined> {
    const nowMs = this.#parts.clock.nowMs()
    const name = `${runId} ${plan}`
    if ((this.#unknown.get(name) ?? 0) > nowMs) return undefined
    const fold = await new JournalReader(this.#parts, async () => {}).read(runId)
    const chunks = fold.chunksOf(runId, plan)
    if (chunks === undefined) this.#remember(name, nowMs)
    else await this.#parts.store.savePlan(plan, chunks)
    return chunks
  }

  #remember(unknown: string, nowMs: number): void {
    if (this.#unknown.size >= mostUnknown) this.#unknown.clear()
    this.#unknown.set(unknown, nowMs + unknownForMs)
  }

  async #rebuild(doubted: boolean): Promise<void> {
    this.#rebuilding ??= this.#rebuildOnce(doubted).finally(() => {
      this.#rebuilding = undefined
    })
    await this.#rebuilding
  }

  async #rebuildOnce(doubted: boolean): Promise<void> {
    const { recovery, clock, logger, isAlone = false } = this.#parts
    const rebuild = this.#ids.next()
    const begun = await recovery.begin(rebuild, this.#name, doubted)
    this.#waitsForOther = begun === 'busy'
    if (begun === 'busy') throw superseded()
    if (begun === 'whole') return
    const startedAtMs = clock.nowMs()
    if (isAlone) logger.info('what was kept is read')
    else logger.warn('the store may have lost data, it is rebuilt from the journal')
    const restored = await this.#restoreAll(rebuild)
    if ((await recovery.finish(rebuild)) === 'superseded') throw superseded()
    logger.info('the store is whole', { restored, took_ms: clock.nowMs() - startedAtMs })
  }

  /** A run that has ended may go on: a late result, or somebody's hand, may be decided and not published yet. */
  #isAtRest({ hasEnded, records }: JournalledRun): boolean {
    const { at_ms: lastAtMs = 0 } = hasEnded ? parseCommit(records.at(-1) ?? '') : {}
    return hasEnded && lastAtMs < this.#parts.clock.nowMs() - restAfterMs
  }

  async #restoreAll(rebuild: string): Promise<number> {
    const alive = () => this.#parts.recovery.begin(rebuild, this.#name, false)
    const reader = new JournalReader(this.#parts, alive)
    const closer = new RunCloser(this.#parts, this.#ids, rebuild, reader)
    const fold = await closer.close((run) => !this.#isAtRest(run))
    let restored = 0
    // What is read of others meanwhile is no part of this rebuild.
    for (const run of [...fold.runs()]) {
      const lacking = await this.#lacking(closer, run)
      if (lacking !== undefined && (await this.#restore(rebuild, lacking))) restored++
    }
    return restored
  }

  /** The run as it is to be restored; undefined: it is there. One at rest that is not as it should be has moved: it is closed too. */
  async #lacking(closer: RunCloser, run: JournalledRun): Promise<JournalledRun | undefined> {
    if (closer.isClosed(run)) return run
    const presence = await this.#parts.recovery.has(tailOf(run))
    if (presence === 'absent') return run
    if (presence === 'there') return undefined
    const fold = await closer.close(({ runId }) => runId === run.runId)
    return fold.run(run.runId)
  }

  async #restore(rebuild: string, journalled: JournalledRun): Promise<boolean> {
    const { recovery, logger } = this.#parts
    const tail = tailOf(journalled)
    const { runId } = tail
    try {
      const run = { ...tail, ...(await this.#folded(journalled)) }
      if ((await recovery.restore(rebuild, run)) === 'superseded') throw superseded()
    } catch (error) {
      if (error instanceof Fault && error.retryable) throw error
      // One run that no version of the house can read must not hold up all others.
      const fields = { run_id: runId, error: messageOf(error) }
      logger.error('a run of the journal cannot be restored', fields)
      return false
    }
    logger.info('a run was restored from the journal', { run_id: runId, version: tail.version })
    return true
  }

  async #folded({ runId, opened, chunks, records }: JournalledRun): Promise<Folded> {
    const { store, clock, isAlone = false } = this.#parts
    if (opened === undefined) {
      const nothing = { relayed: records.length, summary: undefined, dueAtMs: Number.POSITIVE_INFINITY }
      return { records, ...nothing }
    }
    if (chunks === undefined) throw new Fault('PLAN_MISSING', `the journal does not have plan ${opened.plan}`)
    const run = new Run(runId, planFromChunks(chunks))
    replay(run, records)
    // A house that is alone has no marks of another life, and nothing comes again.
    if (!isAlone) await this.#over.revoke(run, records)
    await store.savePlan(opened.plan, chunks)
    return {
      records,
      relayed: firstUnanswered(run, records) - 1,
      ...(isAlone ? { relayed: records.length } : {}),
      summary: summaryOf(run, run.head),
      dueAtMs: dueAtMsOf(run, run.head, clock.nowMs()),
    }
  }
}

function tailOf({ runId, records, last: id = '' }: JournalledRun): RunTail {
  return { runId, version: records.length, id }
}

/**
 * The first commit that announced an attempt which is still out: it and all after it are published once
 * more. A journal record may have been stored without the Ready events that were sent beside it.
 */
function firstUnanswered(run: Run, records: readonly string[]): number {
  for (const [index, text] of records.entries()) {
    if (parseCommit(text).facts.some((fact) => isStillOut(run, fact))) return index + 1
  }
  return records.length + 1
}
