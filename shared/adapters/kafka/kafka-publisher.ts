// Sends records in the order of the calls, one request in flight; calls that wait share the next request.

import kafkajs, { type Cluster, type Kafka, type Message, type Producer } from 'kafkajs'
import { Fault } from '../../base/fault.ts'
import type { OutgoingRecord } from '../../ports/transport.ts'
import { clusterOf, retriesOf } from './kafka-client.ts'
import { isMissingTopic, kafkaFault } from './kafka-fault.ts'
import type { KafkaSettings } from './kafka-options.ts'
import { keyPartitioner } from './key-partitioner.ts'

/** What a record takes beside its key, value and headers, at most. */
const overheadBytes = 40
/** kafkajs' grouping by partition costs the square of a request's records. */
const maxRequestRecords = 2_000

interface Call {
  readonly records: readonly OutgoingRecord[]
  /** How many of the records are stored. */
  sent: number
  readonly resolve: () => void
  readonly reject: (fault: Fault) => void
}

interface Part {
  readonly call: Call
  readonly records: readonly OutgoingRecord[]
}

/**
 * A record is sent as soon as nothing is in flight; there is no linger. One request at a time, because
 * kafkajs' retries would let a later request overtake an earlier one. The producer is replaced after a
 * failure: one that met a deleted topic never recovers (kafkajs#1622). A topic is looked for before its
 * first record, because a producer asks for a missing one for seconds, and everybody waits behind it.
 */
export class KafkaPublisher {
  readonly #makeProducer: () => Producer
  readonly #settings: KafkaSettings
  readonly #cluster: Cluster
  readonly #found = new Set<string>()
  readonly #unfound = new Set<string>()
  #producer: Promise<Producer> | undefined
  #waiting: Call[] = []
  #sending: Promise<void> | undefined
  #isClosed = false

  constructor(kafka: Kafka, settings: KafkaSettings) {
    this.#settings = settings
    this.#cluster = clusterOf(kafka)
    this.#makeProducer = () =>
      kafka.producer({
        allowAutoTopicCreation: false,
        createPartitioner: keyPartitioner,
        idempotent: false,
        retry: retriesOf(settings),
      })
  }

  /** See Transport.publish. */
  publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Fault('TRANSPORT_UNAVAILABLE', 'the transport is closed'))
    if (records.length === 0) return Promise.resolve()
    for (const { topic } of records) if (!this.#found.has(topic)) this.#unfound.add(topic)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, sent: 0, resolve, reject })
      this.#sending ??= this.#sendAll()
    })
  }

  /** Connects ahead of the first record, so that it does not wait for it. */
  async warmUp(): Promise<void> {
    await this.#connected()
  }

  /** Sends what was given before, then disconnects. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#sending
    await this.#dropProducer()
    await this.#cluster.disconnect().catch(() => {})
  }

  async #sendAll(): Promise<void> {
    // Calls of the same turn share the first request.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      for (const topic of this.#unfound) await this.#find(topic)
      await this.#sendSome(this.#takeParts())
    }
    this.#sending = undefined
  }

  /** Rejects what is for a topic that does not exist. Any other trouble is met again, and dealt with, when it is sent. */
  async #find(topic: string): Promise<void> {
    this.#unfound.delete(topic)
    try {
      await this.#cluster.connect()
      await this.#cluster.addTargetTopic(topic)
      this.#found.add(topic)
    } catch (error) {
      if (!isMissingTopic(error)) return
      const fault = kafkaFault(error, `${topic} does not exist`)
      this.#rejectAll(
        this.#waiting.filter(({ records }) => records.some((record) => record.topic === topic)),
        fault,
      )
    }
  }

  /** The next records in order, up to what one request may carry, but at least one. */
  #takeParts(): readonly Part[] {
    const parts: Part[] = []
    const room = { bytes: this.#settings.maxRequestBytes, records: maxRequestRecords }
    for (const call of this.#waiting) {
      const end = roomEnd(call, room, parts.length === 0)
      if (end > call.sent) parts.push({ call, records: call.records.slice(call.sent, end) })
      if (end < call.records.length) break
    }
    return parts
  }

  async #sendSome(parts: readonly Part[]): Promise<void> {
    if (parts.length === 0) return
    const fault = await this.#send(parts.flatMap(({ records }) => records))
    if (fault === undefined) return this.#stored(parts)
    if (fault.code === 'TRANSPORT_REFUSED' && parts.length > 1) {
      for (const part of parts) await this.#sendSome([part])
      return
    }
    this.#rejectAll(
      parts.map(({ call }) => call),
      fault,
    )
  }

  #rejectAll(calls: readonly Call[], fault: Fault): void {
    this.#forget(new Set(calls))
    for (const call of calls) call.reject(fault)
  }

  #stored(parts: readonly Part[]): void {
    const done = new Set<Call>()
    for (const { call, records } of parts) {
      call.sent += records.length
      if (call.sent === call.records.length) done.add(call)
    }
    this.#forget(done)
    for (const call of done) call.resolve()
  }

  #forget(calls: ReadonlySet<Call>): void {
    this.#waiting = this.#waiting.filter((call) => !calls.has(call))
  }

  async #send(records: readonly OutgoingRecord[]): Promise<Fault | undefined> {
    try {
      const producer = await this.#connected()
      await producer.sendBatch({
        acks: -1,
        timeout: this.#settings.requestTimeoutMs,
        compression: kafkajs.CompressionTypes[this.#settings.compression === 'gzip' ? 'GZIP' : 'None'],
        topicMessages: byTopic(records),
      })
      return undefined
    } catch (error) {
      const fault = kafkaFault(error, `${records.length} records were not stored`)
      if (fault.code === 'TRANSPORT_UNAVAILABLE') await this.#dropProducer()
      return fault
    }
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect()
    return this.#producer
  }

  async #connect(): Promise<Producer> {
    const producer = this.#makeProducer()
    await producer.connect()
    return producer
  }

  async #dropProducer(): Promise<void> {
    this.#found.clear()
    const producer = await this.#producer?.catch(() => undefined)
    this.#producer = undefined
    await producer?.disconnect().catch(() => {})
  }
}

/** Index of the first record of `call` that finds no room. Takes from `room`. */
function roomEnd(call: Call, room: { bytes: number; records: number }, isFirst: boolean): number {
  let end = call.sent
  for (; end < call.records.length; end++) {
    const record = call.records[end]
    if (record === undefined) break
    const bytes = sizeOf(record)
    const mustGo = isFirst && end === call.sent
    if (!mustGo && (bytes > room.bytes || room.records === 0)) break
    room.bytes -= bytes
    room.records--
  }
  return end
}

function sizeOf({ key, value, headers }: OutgoingRecord): number {
  let bytes = overheadBytes + Buffer.byteLength(key) + Buffer.byteLength(value)
  for (const name in headers) {
    bytes += name.length + Buffer.byteLength(headers[name] ?? '') + 4
  }
  return bytes
}

function byTopic(records: readonly OutgoingRecord[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>()
  for (const { topic, key, value, headers } of records) {
    const messages = topics.get(topic) ?? []
    if (messages.length === 0) topics.set(topic, messages)
    messages.push(headers === undefined ? { key, value } : { key, value, headers: { ...headers } })
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }))
}
