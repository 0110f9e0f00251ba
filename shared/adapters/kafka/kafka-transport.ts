// The transport on Apache Kafka.

import type { Admin, Kafka } from 'kafkajs'
import { Fault } from '../../base/fault.ts'
import { sleep } from '../../ports/clock.ts'
import type {
  Consumer,
  OutgoingRecord,
  ScannedRecord,
  Subscription,
  Transport,
} from '../../ports/transport.ts'
import { kafkaClient } from './kafka-client.ts'
import { KafkaConsumer } from './kafka-consumer.ts'
import { kafkaFault } from './kafka-fault.ts'
import {
  type KafkaOptions,
  type KafkaSettings,
  type KafkaSurroundings,
  withDefaults,
} from './kafka-options.ts'
import { KafkaPublisher } from './kafka-publisher.ts'
import { scanTopic } from './kafka-scan.ts'
import { TopicReaders } from './topic-readers.ts'

/** How long `ping` waits for the broker. */
const pingMs = 1_000

export class KafkaTransport implements Transport {
  readonly #settings: KafkaSettings
  readonly #surroundings: KafkaSurroundings
  readonly #kafka: Kafka
  readonly #publisher: KafkaPublisher
  readonly #readers = new TopicReaders()
  readonly #consumers = new Set<Promise<Consumer>>()
  #admin: Promise<Admin> | undefined
  #asking: Promise<void> | undefined
  #closed: Promise<void> | undefined
  readonly #closing = new AbortController()

  /** Opens no connection yet. */
  constructor(options: KafkaOptions, surroundings: KafkaSurroundings) {
    this.#settings = withDefaults(options)
    this.#surroundings = surroundings
    this.#kafka = kafkaClient(this.#settings, surroundings.logger)
    this.#publisher = new KafkaPublisher(this.#kafka, this.#settings)
  }

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    return this.#publisher.publish(records)
  }

  async subscribe(subscription: Subscription): Promise<Consumer> {
    this.#assertOpen()
    const joining = KafkaConsumer.join(
      this.#kafka,
      this.#settings,
      this.#surroundings,
      subscription,
      this.#closing.signal,
    )
    this.#consumers.add(joining)
    try {
      return await joining
    } catch (error) {
      this.#consumers.delete(joining)
      throw error
    }
  }

  async scan(
    topic: string,
    key: string | undefined,
    visit: (record: ScannedRecord) => void,
    from?: ReadonlyMap<number, number>,
  ): Promise<void> {
    this.#assertOpen()
    await scanTopic(this.#kafka, this.#settings, this.#surroundings.clock, { topic, key, from }, visit)
  }

  async hasConsumers(topic: string): Promise<boolean> {
    this.#assertOpen()
    return this.#question(`cannot find out who reads ${topic}`, (admin) => this.#readers.has(admin, topic))
  }

  /** Callers share one question, so that probes do not pile up while the broker is silent. */
  async ping(): Promise<void> {
    this.#assertOpen()
    const ask = (admin: Admin) => admin.describeCluster().then(() => undefined)
    this.#asking ??= this.#question('no broker answers', ask).finally(() => {
      this.#asking = undefined
    })
    const late = new AbortController()
    const tooLate = sleep(this.#surroundings.clock, pingMs, late.signal).then(() => {
      throw new Fault('TRANSPORT_UNAVAILABLE', `no broker answered within ${pingMs} ms`)
    })
    try {
      await Promise.race([this.#asking, tooLate])
    } finally {
      tooLate.catch(() => {})
      late.abort()
    }
  }

  async #question<Answer>(what: string, ask: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    try {
      this.#admin ??= this.#connectAdmin()
      return await ask(await this.#admin)
    } catch (error) {
      if (!(error instanceof Fault)) await this.#dropAdmin()
      throw kafkaFault(error, what)
    }
  }

  async #connectAdmin(): Promise<Admin> {
    const admin = this.#kafka.admin({ retry: { retries: 0 } })
    await admin.connect()
    return admin
  }

  async #dropAdmin(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined)
    this.#admin = undefined
    await admin?.disconnect().catch(() => {})
  }

  /** A consumer that is still joining is waited for: kafkajs goes on consuming when it is cut off while it joins. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll()
    return this.#closed
  }

  async #closeAll(): Promise<void> {
    this.#closing.abort()
    const stopping = [...this.#consumers].map(async (joining) => {
      const consumer = await joining.catch(() => undefined)
      await consumer?.stop()
    })
    await Promise.all(stopping)
    await this.#publisher.close()
    await this.#asking?.catch(() => {})
    await this.#dropAdmin()
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new Fault('TRANSPORT_UNAVAILABLE', 'the transport is closed')
  }
}
