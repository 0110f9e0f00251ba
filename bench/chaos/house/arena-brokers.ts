// The Kafka and the Redis that a scenario strikes: processes of this machine, or containers of its engine.

import { containerEngineObstacle, containers } from '../../../tests/support/brokers/broker-sources.ts'
import { kafkaProcessObstacle, LocalKafka } from '../../../tests/support/brokers/local-kafka.ts'
import { LocalRedis, redisProcessObstacle } from '../../../tests/support/brokers/local-redis.ts'
import type { ArenaBrokers } from './strikeable.ts'

export const brokerWays = ['processes', 'containers'] as const
export type BrokerWay = (typeof brokerWays)[number]

/** Nothing is rolled or deleted meanwhile. */
const longLived = { 'log.retention.hours': '24', 'log.cleaner.enable': 'false' }

/** Not yet started. Throws, with the reason, when they cannot be had in this way. */
export async function arenaBrokers(way: BrokerWay): Promise<ArenaBrokers> {
  const obstacles =
    way === 'processes' ? [kafkaProcessObstacle(), redisProcessObstacle()] : [await containerEngineObstacle()]
  const reasons = obstacles.filter((one) => one !== undefined)
  if (reasons.length > 0) throw new Error(`no brokers to strike as ${way}: ${reasons.join(', ')}`)
  if (way === 'processes') return { kafka: new LocalKafka(longLived), redis: new LocalRedis() }
  const { containerKafka, containerRedis } = await containers()
  return { kafka: await containerKafka(longLived), redis: await containerRedis() }
}
