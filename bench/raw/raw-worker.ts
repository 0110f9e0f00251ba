// A process of the floor: echoes every Ready of its zone as a Loaded of the right size, and does nothing else.

import type { EachBatchPayload, KafkaMessage, Message } from 'kafkajs'
import { type Zone, zoneLabelOf, zones } from '../../shared/base/layer.ts'
import { cloudEventHeaders } from '../../shared/events/cloud-event.ts'
import { readyTopic, type Topics } from '../../shared/events/topics.ts'
import { play, type Role, settingsOf } from '../process/role.ts'
import { rawConsumer, rawKafka, rawProducer } from './raw-client.ts'
import { batchSize } from './raw-messages.ts'

export interface RawWorkerSettings {
  readonly kafka: string
  readonly topics: Topics
  readonly zone: Zone
}

async function start({ kafka, topics, zone }: RawWorkerSettings): Promise<Role> {
  const client = rawKafka(kafka, `raw-${zone}`)
  const producer = await rawProducer(client)
  const topic = readyTopic(topics, zone)
  const answer = answerOf(zone)
  const consumer = await rawConsumer(client, `${topics.ready}-${zone}`, topic, echo)
  return {
    answers: {},
    stop: async () => {
      await consumer.stop()
      await producer.disconnect()
    },
  }

  async function echo({ batch, heartbeat }: EachBatchPayload): Promise<void> {
    for (let first = 0; first < batch.messages.length; first += batchSize) {
      const messages = batch.messages.slice(first, first + batchSize).map(answer)
      await producer.send({ topic: topics.loaded, acks: -1, messages })
      await heartbeat()
    }
  }
}

/** The ids stand in the key; headers and fields are as long as a zone's own. */
function answerOf(zone: Zone): (message: KafkaMessage) => Message {
  const zoneLabel = zoneLabelOf(zone === zones[0] ? 1000 : zone === zones[1] ? 2000 : 3000)
  return ({ key }) => {
    const name = key?.toString() ?? ''
    const slash = name.lastIndexOf('/')
    const runId = name.slice(0, slash)
    const id = name.slice(slash + 1)
    headers[zone] ??= headersOf(zone, runId, id)
    const value = `{"event":"ObjectLoaded","id":"${id}","status":"loaded","zone":"${zoneLabel}","info":"simulated in 0 ms","run_id":"${runId}","attempt":1}`
    return { key: runId, value, headers: headers[zone] }
  }
}

const headers: Partial<Record<Zone, Record<string, string>>> = {}

function headersOf(zone: Zone, runId: string, objectId: string): Record<string, string> {
  const source = `millefeuille/worker/${zone}`
  return cloudEventHeaders({ type: 'ObjectLoaded', source, runId, objectId, attempt: 1, atMs: 0 })
}

play(start(settingsOf<RawWorkerSettings>()))
