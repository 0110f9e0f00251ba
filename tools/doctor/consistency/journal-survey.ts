// Reads the journal once for doctor: every run's chain of commits, without holding what the commits say.

import { commitIdOf } from '../../../orchestrator/core/run/commit-record.ts'
import type { JournalFold, JournalledRun } from '../../../orchestrator/core/run/journal-fold.ts'
import { JournalReader, type JournalReaderParts } from '../../../orchestrator/services/journal-reader.ts'
import { isJsonObject, parseJson } from '../../../shared/base/json.ts'
import type { ScannedRecord } from '../../../shared/ports/transport.ts'
import { AnnouncedAttempts } from './announced-attempts.ts'
import type { JournalledChain } from './journalled-chain.ts'
import { slimRecord } from './slim-record.ts'

export interface JournalSurveyParts extends JournalReaderParts {
  /** Called now and then with the number of records that were read. */
  readonly progress: (records: number) => void
}

export class JournalSurvey {
  readonly #reader: JournalReader
  readonly #attempts = new AnnouncedAttempts()
  readonly #seen = new Map<number, bigint>()
  #records = 0
  #fold: JournalFold | undefined

  constructor(parts: JournalSurveyParts) {
    const { transport, progress } = parts
    const scan: JournalReaderParts['transport']['scan'] = (topic, key, visit) =>
      transport.scan(topic, key, (record) => visit(this.#slimmed(record)))
    this.#reader = new JournalReader({ ...parts, transport: { scan } }, async () => progress(this.#records))
  }

  /**
   * Takes what is new in the journal up to its present end; of one run, and of those that share its partition, when it
   * is given. Rejects as Transport.scan, and with FORMAT_NEWER.
   */
  async read(runId?: string): Promise<void> {
    this.#fold = await this.#reader.read(runId)
  }

  *chains(): Iterable<JournalledChain> {
    for (const run of this.#fold?.runs() ?? []) yield this.#chainOf(run)
  }

  chain(runId: string): JournalledChain | undefined {
    const run = this.#fold?.run(runId)
    return run === undefined ? undefined : this.#chainOf(run)
  }

  #slimmed(record: ScannedRecord): ScannedRecord {
    const json = parseJson(record.value?.toString('utf8') ?? '')
    if (!isJsonObject(json) || json.v !== 1) return record
    if (BigInt(record.offset) > (this.#seen.get(record.partition) ?? -1n)) {
      this.#seen.set(record.partition, BigInt(record.offset))
      this.#records++
      this.#attempts.take(json)
    }
    return { ...record, value: Buffer.from(slimRecord(json)) }
  }

  #chainOf({ runId, opened, chunks, records, hasEnded }: JournalledRun): JournalledChain {
    const ids = records.map((record) => commitIdOf(record) ?? '')
    const last = parseJson(records.at(-1) ?? '')
    const lastAtMs = isJsonObject(last) ? Number(last.at_ms) : 0
    const unannounced = this.#attempts.unannounced(runId, new Set(ids))
    return { runId, ids, plan: opened?.plan, hasPlan: chunks !== undefined, hasEnded, lastAtMs, unannounced }
  }
}
