// Records of the topics that must outlive the process, in its data folder.

import { messageOf } from '../../base/fault.ts'
import type { Logger } from '../../ports/logger.ts'
import type { KeptRecord, RecordKeep } from '../../ports/record-keep.ts'
import type { DataFolder } from './data-folder.ts'

const insert = 'INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)'
const page = 'SELECT * FROM records WHERE topic = ? AND partition = ? AND number >= ? ORDER BY number LIMIT ?'
const forget = 'DELETE FROM records WHERE topic = ? AND run IN (SELECT value FROM json_each(?))'
const forgetOld = 'DELETE FROM records WHERE topic = ? AND at_ms < ?'
const last = 'SELECT max(number) AS number FROM records WHERE topic = ? AND partition = ?'

export class SqliteRecordKeep implements RecordKeep {
  readonly topics: ReadonlySet<string>
  readonly #folder: DataFolder
  readonly #logger: Logger
  #isFailing = false

  constructor(folder: DataFolder, topics: readonly string[], logger: Logger) {
    this.#folder = folder
    this.topics = new Set(topics)
    this.#logger = logger
  }

  end(topic: string, partition: number): number {
    const [row] = this.#folder.rows(last, topic, partition)
    return row === undefined || row.number === null ? 0 : Number(row.number) + 1
  }

  append(records: readonly KeptRecord[]): void {
    try {
      this.#folder.write((statement) => {
        const into = statement(insert)
        for (const { topic, partition, offset, key, timestampMs, headers, value } of records)
          into.run(topic, partition, offset, key, timestampMs, JSON.stringify(headers), value)
      })
    } catch (error) {
      this.#failed(error)
      throw error
    }
    if (this.#isFailing) this.#logger.info('the data folder can be written again', { folder: this.#path })
    this.#isFailing = false
  }

  read(topic: string, partition: number, from: number, limit: number): readonly KeptRecord[] {
    return this.#folder.rows(page, topic, partition, from, limit).map((row) => ({
      topic,
      partition,
      offset: Number(row.number),
      key: String(row.run),
      value: row.value instanceof Uint8Array ? Buffer.from(row.value) : String(row.value),
      headers: JSON.parse(String(row.headers)) as Readonly<Record<string, string>>,
      timestampMs: Number(row.at_ms),
    }))
  }

  /** Drops every record of these keys. */
  forget(topic: string, keys: readonly string[]): void {
    this.#folder.write((statement) => statement(forget).run(topic, JSON.stringify(keys)))
  }

  /** Drops every record that was written before an instant. */
  forgetBefore(topic: string, atMs: number): void {
    this.#folder.write((statement) => statement(forgetOld).run(topic, atMs))
  }

  get #path(): string {
    return this.#folder.path
  }

  /** Said once an outage, and loudly: everything waits until somebody has made room. */
  #failed(error: unknown): void {
    if (!this.#isFailing)
      this.#logger.error(
        'what happens cannot be kept: every run waits until the data folder can be written',
        {
          folder: this.#path,
          error: messageOf(error),
        },
      )
    this.#isFailing = true
  }
}
