// What a test calls to run on a real Kafka and a real Redis, or to be skipped aloud where there are none.

import { describe, inject } from 'vitest'
import { containerImageObstacle } from './broker-sources.ts'
import { kafkaProcessObstacle } from './local-kafka.ts'
import { redisProcessObstacle } from './local-redis.ts'

export interface Brokers {
  /** `host:port`, for KAFKA_BOOTSTRAP. */
  readonly kafka: string
  /** For REDIS_URL. */
  readonly redis: string
}

/** Port 1 answers nobody: a skipped suite is still collected, with these. */
const nowhere: Brokers = { kafka: '127.0.0.1:1', redis: 'redis://127.0.0.1:1' }

/**
 * `describe` on the brokers that this run shares (projects integration and e2e). Where there are none, its
 * tests are skipped and the reason is in their name; with REQUIRE_BROKERS=1 the run has failed before.
 * Other files use the same brokers: take every name from `ownNames`.
 */
export function describeWithBrokers(name: string, suite: (brokers: Brokers) => void): void {
  const brokers = inject('brokers')
  if ('missing' in brokers) skipAloud(name, brokers.missing, () => suite(nowhere))
  else describe(name, () => suite(brokers))
}

/**
 * `describe` for tests that start, kill and restart a `LocalKafka` or a `LocalRedis` of their own. Skipped
 * as `describeWithBrokers` where processes cannot be started; with REQUIRE_BROKERS=1 that is an error.
 */
export function describeWithOwnBrokers(
  name: string,
  needed: readonly ('kafka' | 'redis')[],
  suite: () => void,
): void {
  const obstacles = needed.map((kind) => (kind === 'kafka' ? kafkaProcessObstacle() : redisProcessObstacle()))
  const missing = obstacles.filter((obstacle) => obstacle !== undefined).join(', ')
  if (missing === '') describe(name, suite)
  else if (process.env.REQUIRE_BROKERS === '1') throw new Error(`REQUIRE_BROKERS=1, but ${missing}`)
  else skipAloud(name, missing, suite)
}

/** `describe` for tests of containers; skipped aloud where none can be started from what is here: they are one way of three. */
export async function describeWithEngine(name: string, suite: () => void): Promise<void> {
  const missing = await containerImageObstacle()
  if (missing === undefined) describe(name, suite)
  else skipAloud(name, missing, suite)
}

function skipAloud(name: string, reason: string, suite: () => void): void {
  process.stderr.write(`[brokers] SKIPPED "${name}": ${reason}\n`)
  describe.skip(`${name} (${reason})`, suite)
}
