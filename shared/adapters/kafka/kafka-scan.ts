// Reads what stands in a topic, from its beginning to its present end, outside any group.

import type { Cluster, IHeaders, Kafka } from 'kafkajs'
import { assert } from '../../base/assert.ts'
import { type Backoff, backoffMs } from '../../base/backoff.ts'
import { Fault } from '../../base/fault.ts'
import { type Clock, sleep } from '../../ports/clock.ts'
import type { ScannedRecord } from '../../ports/transport.ts'
import { clusterOf } from './kafka-client.ts'
import { headersOf, keyOf } from './kafka-delivery.ts'
import { kafkaFault } from './kafka-fault.ts'
import type { KafkaSettings } from './kafka-options.ts'
import { partitionOf } from './key-partitioner.ts'

const maxPartitionBytes = 4 * 1_024 * 1_024
/** Fetches in a row that bring nothing before the scan gives up; a leader that moves takes a few. */
const maxIdleFetches = 20
/** Between questions for offsets, which kafkajs asks only once. */
const leaderBackoff: Backoff = { baseMs: 100, factor: 2, capMs: 2_000 }

/** What is to be read: a topic, or only the partition of a key; `from` says where partitions begin. */
export interface ScanWish {
  readonly topic: string
  readonly key: string | undefined
  readonly from?: ReadonlyMap<number, number> | undefined
}

interface Span {
  readonly partition: number
  position: number
  readonly end: number
}

interface FetchedMessage {
  readonly offset: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: IHeaders
  readonly isControlRecord?: boolean
}

interface FetchAnswer {
  readonly responses: readonly {
    readonly partitions: readonly {
      readonly partition: number
      readonly messages: readonly FetchedMessage[]
    }[]
  }[]
}

/**
 * Visits every record once, in order within a partition. Memory: one fetch. Rejects with
 * TRANSPORT_UNAVAILABLE when the broker goes away for longer than a few retries.
 */
export async function scanTopic(
  kafka: Kafka,
  settings: KafkaSettings,
  clock: Clock,
  wish: ScanWish,
  visit: (record: ScannedRecord) => void,
): Promise<void> {
  const { topic } = wish
  const cluster = clusterOf(kafka)
  try {
    await cluster.connect()
    await cluster.addTargetTopic(topic)
    let spans = await settledSpansOf(cluster, settings, clock, wish)
    let idle = 0
    while (spans.length > 0) {
      const moved = await fetchOnce(cluster, settings, topic, spans, visit)
      idle = moved ? 0 : idle + 1
      if (idle > maxIdleFetches) {
        throw new Fault('TRANSPORT_UNAVAILABLE', `the end of ${topic} is not reached`)
      }
      spans = spans.filter(({ position, end }) => position < end)
    }
  } catch (error) {
    throw kafkaFault(error, `${topic} cannot be read`)
  } finally {
    await cluster.disconnect().catch(() => {})
  }
}

/** A leader that moves, or that a new topic does not have yet, is waited for. */
async function settledSpansOf(
  cluster: Cluster,
  settings: KafkaSettings,
  clock: Clock,
  wish: ScanWish,
): Promise<Span[]> {
  for (let failures = 1; ; failures++) {
    try {
      return await spansOf(cluster, wish)
    } catch (error) {
      const isFinal =
        failures > settings.retries || kafkaFault(error, wish.topic).code === 'TRANSPORT_REFUSED'
      if (isFinal) throw error
      await sleep(clock, backoffMs(leaderBackoff, failures, 1))
      await cluster.refreshMetadata()
    }
  }
}

async function spansOf(cluster: Cluster, { topic, key, from }: ScanWish): Promise<Span[]> {
  const metadata = cluster.findTopicPartitionMetadata(topic)
  const only = key === undefined ? undefined : partitionOf(Buffer.from(key), metadata.length)
  const partitions = metadata
    .filter(({ partitionId }) => only === undefined || partitionId === only)
    .map(({ partitionId }) => ({ partition: partitionId }))
  const [[starts], [ends]] = await Promise.all([
    cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: true }]),
    cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }]),
  ])
  const startOf = new Map(starts?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
  const spans = (ends?.partitions ?? []).map(({ partition, offset }) => ({
    partition,
    position: Math.max(startOf.get(partition) ?? 0, from?.get(partition) ?? 0),
    end: Number(offset),
  }))
  return spans.filter(({ position, end }) => position < end)
}

/** One fetch from each leader. False when no position moved. */
async function fetchOnce(
  cluster: Cluster,
  settings: KafkaSettings,
  topic: string,
  spans: readonly Span[],
  visit: (record: ScannedRecord) => void,
): Promise<boolean> {
  const leaders = cluster.findLeaderForPartitions(
    topic,
    spans.map(({ partition }) => partition),
  )
  let moved = false
  for (const [nodeId, partitions] of Object.entries(leaders)) {
    const wanted = spans.filter(({ partition }) => partitions.includes(partition))
    for (const { partition, messages } of await fetchFrom(cluster, settings, topic, nodeId, wanted)) {
      const span = wanted.find((candidate) => candidate.partition === partition)
      assert(span !== undefined, 'a broker answers for the partitions it was asked for')
      moved = visitAll(span, messages, visit) || moved
    }
  }
  return moved
}

async function fetchFrom(
  cluster: Cluster,
  settings: KafkaSettings,
  topic: string,
  nodeId: string,
  spans: readonly Span[],
): Promise<FetchAnswer['responses'][number]['partitions']> {
  try {
    const broker = await cluster.findBroker({ nodeId })
    const answer: FetchAnswer = await broker.fetch({
      maxWaitTime: settings.fetchWaitMs,
      minBytes: 1,
      maxBytes: 4 * maxPartitionBytes,
      isolationLevel: 1,
      topics: [{ topic, partitions: spans.map(requestOf) }],
    })
    return answer.responses.flatMap(({ partitions }) => partitions)
  } catch (error) {
    if (kafkaFault(error, topic).code === 'TRANSPORT_REFUSED') throw error
    await cluster.refreshMetadata()
    return []
  }
}

function requestOf({ partition, position }: Span) {
  return { partition, fetchOffset: String(position), maxBytes: maxPartitionBytes }
}

/** A fetch begins at a batch, so it may begin before the position; and it may go on beyond the end. */
function visitAll(
  span: Span,
  messages: readonly FetchedMessage[],
  visit: (record: ScannedRecord) => void,
): boolean {
  const before = span.position
  for (const message of messages) {
    const offset = Number(message.offset)
    if (offset < span.position || span.position >= span.end) continue
    span.position = offset + 1
    if (offset >= span.end || message.isControlRecord) continue
    visit({
      partition: span.partition,
      offset: message.offset,
      key: keyOf(message.key),
      value: message.value,
      headers: headersOf(message.headers),
    })
  }
  return span.position > before
}
