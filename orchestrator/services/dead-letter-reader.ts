// Reads the DLQ topic into its entries, and goes on where it stopped.

import type { Transport } from '../../shared/ports/transport.ts'
import { OneAtATime } from '../../shared/service/one-at-a-time.ts'
import { DeadLetterFold } from '../core/dlq/dead-letter-fold.ts'

export class DeadLetterReader {
  readonly #transport: Pick<Transport, 'scan'>
  readonly #topic: string
  readonly #turns = new OneAtATime()
  readonly #fold = new DeadLetterFold()
  /** By partition: the offset of the last record that was taken. */
  readonly #taken = new Map<number, number>()

  constructor(transport: Pick<Transport, 'scan'>, topic: string) {
    this.#transport = transport
    this.#topic = topic
  }

  /** The entries up to the present end of the topic. Rejects as Transport.scan. */
  async read(): Promise<DeadLetterFold> {
    await this.#turns.run(() =>
      this.#transport.scan(this.#topic, undefined, (record) => {
        const offset = Number(record.offset)
        if (offset <= (this.#taken.get(record.partition) ?? -1)) return
        this.#taken.set(record.partition, offset)
        this.#fold.take(record)
      }),
    )
    return this.#fold
  }
}
