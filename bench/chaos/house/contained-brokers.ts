// The brokers of a scenario as containers: on ports that they keep, with names and tags of the compose file.

import {
  engineHost,
  kafkaContainer,
  redisContainer,
} from '../../../tests/support/brokers/container-brokers.ts'
import { freePort } from '../../../tests/support/brokers/free-port.ts'
import { OwnContainer } from '../../../tests/support/brokers/own-container.ts'
import { askKafka, askRedis } from '../../../tests/support/brokers/readiness.ts'
import type { ArenaBrokers, StrikeableKafka, StrikeableRedis } from './strikeable.ts'

/** Not yet started; `settings` are for Kafka. Throws when no engine answers. */
export async function containedBrokers(settings: Readonly<Record<string, string>>): Promise<ArenaBrokers> {
  const host = await engineHost()
  return { kafka: await kafkaAt(host, settings), redis: await redisAt(host) }
}

async function kafkaAt(host: string, settings: Readonly<Record<string, string>>): Promise<StrikeableKafka> {
  const port = await freePort()
  const bootstrap = `${host}:${port}`
  const make = () => kafkaContainer({ host, port }, settings)
  return Object.assign(new OwnContainer(make, () => askKafka(bootstrap)), { bootstrap })
}

async function redisAt(host: string): Promise<StrikeableRedis> {
  const port = await freePort()
  const url = `redis://${host}:${port}`
  const container = new OwnContainer(
    () => redisContainer(port),
    () => askRedis(url),
  )
  return Object.assign(container, { url, lose: () => container.stop() })
}
