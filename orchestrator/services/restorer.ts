// Gives a store back what it lost: reads the journal and puts the runs it knows in their place again.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Transport } from '../../shared/ports/transport.ts'
import { planFromChunks } from '../core/graph/plan-chunks.ts'
import { parseCommit, replay } from '../core/run/commit-record.ts'
import { JournalFold, type JournalledRun } from '../core/run/journal-fold.ts'
import { Run } from '../core/run/run.ts'
import { dueAtMsOf, summaryOf } from '../core/run/summary.ts'
import type { RunRecovery } from '../ports/run-recovery.ts'
import type { RunStore } from '../ports/run-store.ts'

export interface RestorerParts {
  readonly recovery: RunRecovery
  readonly store: Pick<RunStore, 'savePlan'>
  readonly transport: Pick<Transport, 'scan'>
  readonly journal: string
  readonly clock: Clock
  readonly logger: Logger
}

/** A run that the journal did not know is not looked for again for this long. */
const unknownForMs = 30_000
const mostUnknown = 10_000

/**
 * One reading of the journal is under way at a time; who asks meanwhile shares the next one. What the
 * journal does not know was not published, so the answers that led to it are still to come.
 */
export class Restorer {
  readonly #parts: RestorerParts
  readonly #unknown = new Map<string, number>()
  #reading: Promise<void> | undefined

  constructor(parts: RestorerParts) {
    this.#parts = parts
  }

  /** Restores one run. False when the journal does not know it. Rejects with a retryable Fault. */
  async restore(runId: string): Promise<boolean> {
    const nowMs = this.#parts.clock.nowMs()
    if ((this.#unknown.get(runId) ?? 0) > nowMs) return false
    const { transport, journal } = this.#parts
    const fold = new JournalFold()
    await transport.scan(journal, runId, ({ key, value }) => {
      if (key === runId && value !== null) fold.take(value.toString('utf8'))
    })
    const [run] = fold.runs()
    if (run === undefined) {
      if (this.#unknown.size >= mostUnknown) this.#unknown.clear()
      this.#unknown.set(runId, nowMs + unknownForMs)
      return false
    }
    await this.#put(run)
    return true
  }

  /** Makes sure that the store is whole: reads the whole journal if it may have lost something. */
  async ensureWhole(): Promise<void> {
    if (await this.#parts.recovery.isWhole()) return
    this.#reading ??= this.#restoreAll().finally(() => {
      this.#reading = undefined
    })
    await this.#reading
  }

  async #restoreAll(): Promise<void> {
    const { transport, journal, recovery, clock, logger } = this.#parts
    const startedAtMs = clock.nowMs()
    const fold = new JournalFold()
    await transport.scan(journal, undefined, ({ value }) => {
      if (value !== null) fold.take(value.toString('utf8'))
    })
    let restored = 0
    for (const run of fold.runs()) {
      try {
        if ((await this.#put(run)) === 'restored') restored++
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'RUN_CORRUPT') throw error
        logger.error('a run of the journal cannot be restored', {
          run_id: run.runId,
          error: messageOf(error),
        })
      }
    }
    await recovery.markWhole()
    logger.info('the store is whole', { restored, took_ms: clock.nowMs() - startedAtMs })
  }

  async #put(journalled: JournalledRun): Promise<'restored' | 'known'> {
    const { recovery, store, clock, logger } = this.#parts
    const { runId, records } = journalled
    const run = new Run(runId, planFromChunks(journalled.chunks))
    replay(run, records)
    const lastAtMs = parseCommit(records.at(-1) ?? '').at_ms
    const summary = summaryOf(run, run.head, lastAtMs)
    const dueAtMs = dueAtMsOf(run, run.head, clock.nowMs())
    await store.savePlan(journalled.plan, journalled.chunks)
    const relayed = firstUnanswered(run, records) - 1
    const outcome = await recovery.restore({ runId, records, relayed, summary, dueAtMs })
    if (outcome === 'restored')
      logger.warn('a run was restored from the journal', { run_id: runId, version: records.length })
    return outcome
  }
}

/**
 * The first commit that announced an attempt which is still out: it and all after it are published once
 * more. A journal record may have been stored without the Ready events that were sent beside it.
 */
function firstUnanswered(run: Run, records: readonly string[]): number {
  for (const [index, text] of records.entries()) {
    const isOut = parseCommit(text).facts.some((fact) => {
      if (fact.type !== 'object-ready') return false
      const place = run.plan.indexOf.get(fact.object_id) ?? -1
      return run.stateOf(place) === 'ready' && run.attemptOf(place) === fact.attempt
    })
    if (isOut) return index + 1
  }
  return records.length + 1
}
