// The transport of a house that runs in one process.

import { Fault } from '../../base/fault.ts'
import { type Clock, sleep } from '../../ports/clock.ts'
import type { RecordKeep } from '../../ports/record-keep.ts'
import type {
  Consumer,
  OutgoingRecord,
  ScannedRecord,
  Subscription,
  Transport,
} from '../../ports/transport.ts'
import type { MemoryBroker } from './memory-broker.ts'
import { MemoryConsumer } from './memory-consumer.ts'
import { bytesOf } from './memory-delivery.ts'
import type { MemoryLog, MemoryRecord } from './memory-log.ts'

/** Kept records that are read at once: a plan's chunk has almost half a megabyte. */
const scannedAtOnce = 250

interface KeptPlace {
  readonly topic: string
  readonly partition: number
  readonly first: number
  readonly end: number
}

/** One client of the broker; a house of several "processes" has one each. */
export class MemoryTransport implements Transport {
  readonly #broker: MemoryBroker
  readonly #clock: Clock
  readonly #consumers = new Set<MemoryConsumer>()
  #isClosed = false

  /** `clock`: that of the process it lives in, where that is not the broker's. */
  constructor(broker: MemoryBroker, clock: Clock = broker.clock) {
    this.#broker = broker
    this.#clock = clock
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.#assertOpen()
    this.#broker.append(records)
  }

  async subscribe(subscription: Subscription): Promise<Consumer> {
    this.#assertOpen()
    const consumer = new MemoryConsumer(this.#broker, this.#clock, subscription)
    this.#broker.join(consumer)
    this.#consumers.add(consumer)
    return consumer
  }

  async scan(
    topic: string,
    key: string | undefined,
    visit: (record: ScannedRecord) => void,
    from?: ReadonlyMap<number, number>,
  ): Promise<void> {
    this.#assertOpen()
    this.#broker.ask()
    const only = key === undefined ? undefined : this.#broker.partitionOf(key)
    const keep = this.#broker.recordKeep
    const partitions = [...this.#broker.logs(topic).entries()]
    for (const [partition, log] of partitions.filter(([number]) => only === undefined || number === only)) {
      const first = from?.get(partition) ?? 0
      if (keep?.topics.has(topic))
        await this.#scanKept(keep, { topic, partition, first, end: log.end }, visit)
      else scanLog({ partition, first }, log, visit)
    }
  }

  /** In pages, between which others have their turn. */
  async #scanKept(keep: RecordKeep, place: KeptPlace, visit: (record: ScannedRecord) => void) {
    const { topic, partition, first, end } = place
    let next = first
    for (;;) {
      const records = keep.read(topic, partition, next, scannedAtOnce)
      for (const record of records) if (record.offset < end) visit(scanned(partition, record.offset, record))
      const lastOffset = records.at(-1)?.offset
      if (lastOffset === undefined || lastOffset >= end - 1) return
      next = lastOffset + 1
      await sleep(this.#broker.clock, 0)
    }
  }

  async hasConsumers(topic: string): Promise<boolean> {
    this.#assertOpen()
    return this.#broker.hasConsumers(topic)
  }

  async ping(): Promise<void> {
    this.#assertOpen()
    this.#broker.ask()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const consumer of this.#consumers) await consumer.stop()
  }

  /** Ends as a process that is killed: nothing more is committed, sent or received. */
  crash(): void {
    this.#isClosed = true
    for (const consumer of this.#consumers) consumer.crash()
  }

  /** The groups take this process for dead, which goes on and does not know it. */
  expel(): void {
    for (const consumer of this.#consumers) consumer.expel()
  }

  /** The process has heard of it: its consumers join their groups anew. */
  rejoin(): void {
    for (const consumer of this.#consumers) consumer.rejoin()
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new Fault('TRANSPORT_UNAVAILABLE', 'the transport is closed')
  }
}

function scanLog(
  { partition, first }: Pick<KeptPlace, 'partition' | 'first'>,
  log: MemoryLog,
  visit: (record: ScannedRecord) => void,
): void {
  const { start, end } = log
  for (let offset = Math.max(start, first); offset < end; offset++) {
    const record = log.at(offset)
    if (record !== undefined) visit(scanned(partition, offset, record))
  }
}

function scanned(partition: number, offset: number, record: MemoryRecord): ScannedRecord {
  const { key, headers } = record
  return { partition, offset: String(offset), key, value: bytesOf(record), headers }
}
