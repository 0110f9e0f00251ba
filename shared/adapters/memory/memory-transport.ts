// The transport of a house that runs in one process.

import { Fault } from '../../base/fault.ts'
import type { Clock } from '../../ports/clock.ts'
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
    for (const [partition, log] of this.#broker.logs(topic).entries()) {
      if (only !== undefined && partition !== only) continue
      const { start, end } = log
      for (let offset = Math.max(start, from?.get(partition) ?? 0); offset < end; offset++) {
        const record = log.at(offset)
        if (record === undefined) continue
        visit({
          partition,
          offset: String(offset),
          key: record.key,
          value: bytesOf(record),
          headers: record.headers,
        })
      }
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
