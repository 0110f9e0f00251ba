// Lets go of what ended long ago, so that neither memory nor the data folder grows for ever.

import type { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import type { DataFolder } from '../../shared/adapters/sqlite/data-folder.ts'
import type { SqliteRecordKeep } from '../../shared/adapters/sqlite/sqlite-record-keep.ts'
import { messageOf } from '../../shared/base/fault.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Service } from '../../shared/service/service.ts'

export interface EmbeddedRetentionParts {
  readonly store: Pick<MemoryRunStore, 'forgetEndedBefore' | 'whole'>
  readonly kept: { readonly folder: DataFolder; readonly recordKeep: SqliteRecordKeep } | undefined
  readonly topics: Pick<Topics, 'journal' | 'dlq'>
  readonly clock: Clock
  readonly logger: Logger
}

const aDayMs = 86_400_000
/** As long as Redis keeps ended runs. */
const endedRunsMs = 7 * aDayMs
/** Dead letters are not tied to the end of a run: what could not be read belongs to none. */
const deadLettersMs = 30 * aDayMs
const everyMs = 6 * 3_600_000

/** Looks when it starts, which is to be after the runs have come back, and then four times a day. */
export class EmbeddedRetention implements Service {
  readonly name = 'retention'
  readonly #parts: EmbeddedRetentionParts
  #timer: Timer | undefined

  constructor(parts: EmbeddedRetentionParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    if (this.#timer !== undefined) return
    await this.#look()
    this.#arm()
  }

  async stop(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    this.#timer = this.#parts.clock.after(everyMs, () => {
      void this.#look()
      this.#arm()
    })
  }

  /** What could not be dropped now is dropped at a later start, when the journal has brought its runs back. */
  async #look(): Promise<void> {
    const { store, clock, logger } = this.#parts
    if ((await store.whole()) === undefined) return
    const nowMs = clock.nowMs()
    const runIds = store.forgetEndedBefore(nowMs - endedRunsMs)
    try {
      this.#drop(runIds, nowMs)
    } catch (error) {
      return logger.warn('what ended long ago cannot be dropped', { error: messageOf(error) })
    }
    if (runIds.length > 0) logger.info('runs that ended a week ago are dropped', { runs: runIds.length })
  }

  #drop(runIds: readonly string[], nowMs: number): void {
    const { kept, topics } = this.#parts
    if (kept === undefined) return
    const { recordKeep, folder } = kept
    if (runIds.length > 0) recordKeep.forget(topics.journal, runIds)
    recordKeep.forgetBefore(topics.dlq, nowMs - deadLettersMs)
    folder.compact()
  }
}
