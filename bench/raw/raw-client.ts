// The Kafka client of the floor: kafkajs itself, set as well as we know how, and nothing of the house around it.

import kafkajs, { type Consumer, type EachBatchPayload, type Kafka, type Producer } from 'kafkajs'
import { patchRequestQueue } from '../../shared/adapters/kafka/request-queue-patch.ts'

/** Offsets are committed at this interval, beside the fetch path, as the house does. */
const commitMs = 1_000

export function rawKafka(bootstrap: string, clientId: string): Kafka {
  patchRequestQueue()
  return new kafkajs.Kafka({
    brokers: bootstrap.split(','),
    clientId,
    logLevel: kafkajs.logLevel.NOTHING,
  })
}

export async function rawProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  return producer
}

export interface RawConsumer {
  stop(): Promise<void>
}

/** A member of `group` that has joined; `each` is awaited batch by batch. */
export async function rawConsumer(
  kafka: Kafka,
  group: string,
  topic: string,
  each: (payload: EachBatchPayload) => Promise<void>,
): Promise<RawConsumer> {
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 100, allowAutoTopicCreation: false })
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve())
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const done = new Map<number, string>()
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    eachBatch: async (payload) => {
      await each(payload)
      done.set(payload.batch.partition, String(BigInt(payload.batch.lastOffset()) + 1n))
    },
  })
  await joined
  const timer = setInterval(() => void commit(consumer, topic, done), commitMs)
  return {
    stop: async () => {
      clearInterval(timer)
      await commit(consumer, topic, done)
      await consumer.disconnect()
    },
  }
}

async function commit(consumer: Consumer, topic: string, done: Map<number, string>): Promise<void> {
  const offsets = [...done].map(([partition, offset]) => ({ topic, partition, offset }))
  done.clear()
  if (offsets.length > 0) await consumer.commitOffsets(offsets).catch(() => undefined)
}
