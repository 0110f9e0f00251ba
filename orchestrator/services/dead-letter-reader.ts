// Reads the DLQ topic into its entries, and goes on where it stopped.

import type { ScannedRecord, Transport } from '../../shared/ports/transport.ts'
import { OneAtATime } from '../../shared/service/one-at-a-time.ts'
import { DeadLetterFold } from '../core/dlq/dead-letter-fold.ts'

export class DeadLetterReader {
  readonly #transport: Pick<Transport, 'scan'>
  readonly #topic: string
  readonly #turns = new OneAtATime()
  readonly #fold = new DeadLetterFold()
  /** By partition: the offset behind the last record that was taken. */
  readonly #next = new Map<number, number>()

  constructor(transport: Pick<Transport, 'scan'>, topic: string) {
    this.#transport = transport
    this.#topic = topic
  }

  /** The entries up to the present end of the topic. Rejects as Transport.scan. */
  async read(): Promise<DeadLetterFold> {
    await this.#turns.run(() =>
      this.#transport.scan(
        this.#topic,
        undefined,
        (record) => {
          const offset = Number(record.offset)
          if (offset < (this.#next.get(record.partition) ?? 0)) return
          this.#next.set(record.partition, offset + 1)
          this.#fold.take(record)
        },
        new Map(this.#next),
      ),
    )
    return this.#fold
  }

  /** The record of an entry that `read` has given; undefined: the topic does not hold it any more. Rejects as Transport.scan. */
  async recordOf(id: string): Promise<ScannedRecord | undefined> {
    const [partition = 0, offset = 0] = id.split('.').map(Number)
    let found: ScannedRecord | undefined
    const visit = (record: ScannedRecord) => {
      if (record.partition === partition && Number(record.offset) === offset) found = record
    }
    const from = new Map([...this.#next, [partition, offset]])
    await this.#transport.scan(this.#topic, undefined, visit, from)
    if (found === undefined) this.#fold.forget(id)
    return found
  }
}
