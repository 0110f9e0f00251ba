// The brokers everything is measured on: those of the environment, else local processes of this bench alone.

import { kafkaProcessObstacle, LocalKafka } from '../tests/support/brokers/local-kafka.ts'
import { LocalRedis, redisProcessObstacle } from '../tests/support/brokers/local-redis.ts'

export interface BenchBrokers {
  readonly kafka: string
  /** For the house: `appendonly yes`, `appendfsync everysec` where it was started here. */
  readonly redis: string
  /** For BullMQ: `appendfsync always`; undefined where no Redis can be started here. */
  readonly redisAlways: string | undefined
  readonly pids: {
    readonly kafka: number | undefined
    readonly redis: number | undefined
    readonly redisAlways: number | undefined
  }
  stop(): Promise<void>
}

/** For systems that need none. */
export const noBrokers: BenchBrokers = {
  kafka: '',
  redis: '',
  redisAlways: undefined,
  pids: { kafka: undefined, redis: undefined, redisAlways: undefined },
  stop: async () => {},
}

/** Starts what KAFKA_BOOTSTRAP and REDIS_URL do not name. Throws, with the reason, when that cannot be done. */
export async function openBenchBrokers(environment: NodeJS.ProcessEnv): Promise<BenchBrokers> {
  const named = { kafka: environment.KAFKA_BOOTSTRAP ?? '', redis: environment.REDIS_URL ?? '' }
  const obstacles = [
    named.kafka === '' ? kafkaProcessObstacle() : undefined,
    named.redis === '' ? redisProcessObstacle() : undefined,
  ].filter((obstacle) => obstacle !== undefined)
  if (obstacles.length > 0) throw new Error(`no brokers to measure on: ${obstacles.join(', ')}`)
  const kafka = named.kafka === '' ? new LocalKafka(longLived) : undefined
  const redis = named.redis === '' ? new LocalRedis(['--appendfsync', 'everysec']) : undefined
  const always =
    redisProcessObstacle() === undefined ? new LocalRedis(['--appendfsync', 'always']) : undefined
  const local = [kafka, redis, always].filter((broker) => broker !== undefined)
  const stop = async () => {
    await Promise.all(local.map((broker) => broker.stop()))
  }
  try {
    await Promise.all(local.map((broker) => broker.start()))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    kafka: kafka?.bootstrap ?? named.kafka,
    redis: redis?.url ?? named.redis,
    redisAlways: always?.url,
    pids: { kafka: kafka?.pid, redis: redis?.pid, redisAlways: always?.pid },
    stop,
  }
}

/** Nothing is rolled or deleted while it is measured. */
const longLived = { 'log.retention.hours': '24', 'log.cleaner.enable': 'false' }
