// The broker as a simulated process reaches it: records come twice, late, and out of order across partitions.

import type { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import { Fault } from '../../shared/base/fault.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import type { Random } from '../../shared/base/random.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Consumer, OutgoingRecord, Subscription, Transport } from '../../shared/ports/transport.ts'
import { inAnotherForm } from './event-forms.ts'
import type { FaultRates } from './fault-rates.ts'
import type { Process } from './process.ts'
import type { Trace } from './trace.ts'

export interface SimulatedNetwork {
  readonly broker: MemoryBroker
  readonly clock: Clock
  readonly random: Random
  readonly trace: Trace
  /** The rates of this moment. */
  readonly faults: () => FaultRates
  /** Whether things go wrong at this moment. */
  readonly isStormy: () => boolean
}

const mostDelayMs = 500

export class SimulatedTransport implements Transport {
  readonly #inner: MemoryTransport
  readonly #network: SimulatedNetwork
  readonly #process: Process
  readonly #isForeign: boolean

  /** A foreign process says nothing of attempts in what it publishes. */
  constructor(network: SimulatedNetwork, process: Process, isForeign = false) {
    this.#inner = new MemoryTransport(network.broker, process.clock)
    this.#network = network
    this.#process = process
    this.#isForeign = isForeign
  }

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    const { publishLostBefore, publishLostAfter } = this.#network.faults()
    const rates = { lostBefore: publishLostBefore, lostAfter: publishLostAfter }
    const sent = this.#isForeign ? records.map((record) => this.#withoutAttempt(record)) : records
    return this.#process.call('publish', rates, () =>
      this.#append(sent.map((record) => this.#reformed(record))),
    )
  }

  subscribe(subscription: Subscription): Promise<Consumer> {
    const receive: Subscription['receive'] = (deliveries) => {
      if (this.#process.isAlive) subscription.receive(deliveries)
    }
    const rates = { lostBefore: 0, lostAfter: 0 }
    return this.#process.call('subscribe', rates, () => this.#inner.subscribe({ ...subscription, receive }))
  }

  scan(...args: Parameters<Transport['scan']>): Promise<void> {
    return this.#inner.scan(...args)
  }

  hasConsumers(topic: string): Promise<boolean> {
    return this.#inner.hasConsumers(topic)
  }

  ping(): Promise<void> {
    return this.#inner.ping()
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  /** The process behind it was killed. */
  crash(): void {
    this.#inner.crash()
  }

  /** Its groups take the process for dead, and it does not know it. */
  expel(): void {
    this.#inner.expel()
  }

  /** It has heard of it. */
  rejoin(): void {
    this.#inner.rejoin()
  }

  #reformed(record: OutgoingRecord): OutgoingRecord {
    const { faults, random, trace } = this.#network
    const rate = faults().otherForm
    if (rate === 0 || random() >= rate) return record
    trace.note('other-form', record.topic)
    return inAnotherForm(record, random)
  }

  #withoutAttempt(record: OutgoingRecord): OutgoingRecord {
    const json = parseJson(record.value.toString())
    if (!isJsonObject(json) || json.attempt === undefined) return record
    this.#network.trace.note('no-attempt', record.topic)
    const { attempt: _, ...rest } = json
    return { ...record, value: JSON.stringify(rest) }
  }

  /** Each partition's records arrive together and in order; partitions arrive one before or after the other. */
  async #append(records: readonly OutgoingRecord[]): Promise<void> {
    const partitions = new Map<string, OutgoingRecord[]>()
    for (const record of records) {
      if (record.topic === defaultTopics.dlq) this.#noteLetter(record)
      const place = `${record.topic}/${this.#network.broker.partitionOf(record.key)}`
      partitions.set(place, [...(partitions.get(place) ?? []), ...this.#copies(record)])
    }
    const { faults, random, trace } = this.#network
    const rate = faults().publishPartly
    const isPartial = rate > 0 && random() < rate
    const stored = isPartial
      ? [...partitions.values()].filter(() => random() < 0.5)
      : [...partitions.values()]
    await Promise.all(stored.map((part) => this.#appendLate(part)))
    if (!isPartial) return
    trace.note('stored-partly', this.#process.name)
    throw new Fault('TRANSPORT_UNAVAILABLE', 'some partitions gave no reply')
  }

  #noteLetter({ headers = {}, value }: OutgoingRecord): void {
    const { dlq_code, dlq_source_topic, dlq_source_partition, dlq_source_offset } = headers
    const place = `${dlq_source_topic}/${dlq_source_partition}/${dlq_source_offset}`
    this.#network.trace.note('letter', `${this.#process.name} ${dlq_code} ${place} ${value}`)
  }

  #copies(record: OutgoingRecord): readonly OutgoingRecord[] {
    if (this.#network.random() >= this.#network.faults().duplicateRecord) return [record]
    this.#network.trace.note('duplicate', record.topic)
    return [record, record]
  }

  async #appendLate(part: readonly OutgoingRecord[]): Promise<void> {
    const { broker, clock, random, trace, faults } = this.#network
    if (random() < faults().delayedRecord) {
      trace.note('delay', part[0]?.topic)
      await new Promise<void>((resolve) => clock.after(random() * mostDelayMs, resolve))
    }
    broker.append(part)
  }
}
