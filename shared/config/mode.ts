// Whether the house runs on Kafka and Redis or in one process.

import { configFault } from './read-config.ts'
import type { KafkaConfig, RedisConfig } from './shared-settings.ts'

export type Mode = 'real' | 'embedded'

/**
 * `real` when both KAFKA_BOOTSTRAP and Redis (REDIS_URL or REDIS_HOST) are set, `embedded` when neither is.
 * Throws CONFIG_INVALID, naming what is missing, when only one of them is.
 */
export function modeOf(config: { readonly kafka: KafkaConfig; readonly redis: RedisConfig }): Mode {
  const kafka = config.kafka.brokers.length > 0
  const redis = config.redis.url !== undefined || config.redis.host !== undefined
  if (kafka && redis) return 'real'
  if (!kafka && !redis) return 'embedded'
  const advice = 'set both for the real mode, neither for the embedded one'
  if (kafka)
    throw configFault([{ variable: 'REDIS_URL', allowed: `missing, but KAFKA_BOOTSTRAP is set: ${advice}` }])
  throw configFault([{ variable: 'KAFKA_BOOTSTRAP', allowed: `missing, but REDIS_* is set: ${advice}` }])
}

/** The URL of the Redis that is configured, with the password in it. Only in real mode. */
export function redisUrlOf(redis: RedisConfig): string {
  const host = redis.host?.includes(':') ? `[${redis.host}]` : (redis.host ?? 'localhost')
  const url = new URL(redis.url ?? `redis://${host}:${redis.port}`)
  if (url.password === '' && redis.password !== undefined) url.password = encodeURIComponent(redis.password)
  return url.href
}
