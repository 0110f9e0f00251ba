// The floor's counterpart of an orchestrator: sends what a run needs as soon as enough answers have come.

import type { EachBatchPayload } from 'kafkajs'
import { randomRunId } from '../../shared/adapters/system/random-ids.ts'
import type { EventRecord } from '../../shared/events/event-record.ts'
import type { Topics } from '../../shared/events/topics.ts'
import { planOfShape } from '../house/shape-plan.ts'
import { LoadLog, monotonicMs } from '../process/load-log.ts'
import { play, type Role, settingsOf } from '../process/role.ts'
import { type Shape, sizeOf } from '../shape.ts'
import { rawConsumer, rawKafka, rawProducer } from './raw-client.ts'
import { type Send, sendsOf } from './raw-messages.ts'

export interface RawLeadSettings {
  readonly kafka: string
  readonly topics: Topics
}

async function start({ kafka, topics }: RawLeadSettings): Promise<Role> {
  const client = rawKafka(kafka, 'raw-lead')
  const producer = await rawProducer(client)
  const log = new LoadLog()
  let runId = ''
  let sends: readonly ReturnType<typeof grouped>[] = []
  let wanted = { answers: 0, reached: () => {} }
  const consumer = await rawConsumer(client, `${topics.ready}-lead`, topics.loaded, async ({ batch }) =>
    receive(batch),
  )
  return {
    answers: { prepare, run },
    stop: async () => {
      await consumer.stop()
      await producer.disconnect()
    },
  }

  function receive(batch: EachBatchPayload['batch']): void {
    const nowMs = monotonicMs()
    for (const { value } of batch.messages) {
      const event = JSON.parse(value?.toString() ?? '') as { readonly id: string; readonly run_id: string }
      if (event.run_id === runId) log.record(event.id, nowMs, nowMs)
    }
    if (log.size >= wanted.answers) wanted.reached()
  }

  function untilAnswers(answers: number): Promise<void> {
    if (log.size >= answers) return Promise.resolve()
    return new Promise((reached) => {
      wanted = { answers, reached }
    })
  }

  function prepare(shape: Shape): void {
    runId = randomRunId()
    sends = sendsOf(planOfShape(shape), runId, topics, Date.now()).map(grouped)
  }

  async function run(shape: Shape) {
    const beganMs = monotonicMs()
    for (const { afterAnswers, topicMessages } of sends) {
      await untilAnswers(afterAnswers)
      await producer.sendBatch({ acks: -1, topicMessages })
    }
    await untilAnswers(sizeOf(shape))
    return { wallMs: monotonicMs() - beganMs, loads: log.take() }
  }
}

/** Grouped ahead of time: the floor is the client and not what we do around it. */
function grouped({ afterAnswers, records }: Send) {
  const topics = new Map<string, EventRecord[]>()
  for (const record of records) {
    const messages = topics.get(record.topic) ?? []
    if (messages.length === 0) topics.set(record.topic, messages)
    messages.push(record)
  }
  const topicMessages = [...topics].map(([topic, messages]) => ({
    topic,
    messages: messages.map(({ key, value, headers }) => ({ key, value, headers })),
  }))
  return { afterAnswers, topicMessages }
}

play(start(settingsOf<RawLeadSettings>()))
