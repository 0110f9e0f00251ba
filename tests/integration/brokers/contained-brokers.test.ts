// Brokers in containers can be struck as processes can: killed, frozen, and brought back with what they had, or without.

import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { arenaBrokers } from '../../../bench/chaos/house/arena-brokers.ts'
import type { ArenaBrokers } from '../../../bench/chaos/house/strikeable.ts'
import { describeWithEngine } from '../../support/brokers/brokers.ts'
import { createTopics } from '../../support/brokers/own-names.ts'
import { askKafka, askRedis } from '../../support/brokers/readiness.ts'

async function topicsOf(bootstrap: string): Promise<readonly string[]> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  return admin.listTopics().finally(() => admin.disconnect())
}

/** A cold broker on a busy machine. */
const longestMs = 150_000

await describeWithEngine('a broker in a container', () => {
  let brokers: ArenaBrokers

  beforeEach(async () => {
    brokers = await arenaBrokers('containers')
  })
  afterEach(() => Promise.all([brokers.kafka.stop(), brokers.redis.stop()]), longestMs)

  it(
    'is Kafka, and has its topics at the same address after it was killed',
    async () => {
      const { kafka } = brokers
      await kafka.start()
      await createTopics(kafka.bootstrap, ['kept'], 1)
      expect(await topicsOf(kafka.bootstrap)).toContain('kept')
      await kafka.kill()
      await expect(askKafka(kafka.bootstrap)).rejects.toThrow()
      await kafka.start()
      expect(await topicsOf(kafka.bootstrap)).toContain('kept')
    },
    longestMs,
  )

  it(
    'is Redis, which answers nobody while it is frozen, and has its data until it is told to lose them',
    async () => {
      const { redis } = brokers
      await redis.start()
      const client = new Redis(redis.url).on('error', () => undefined)
      await client.set('kept', 'yes')
      await redis.signal('SIGSTOP')
      await expect(askRedis(redis.url)).rejects.toThrow('timeout')
      await redis.signal('SIGCONT')
      expect(await client.get('kept')).toBe('yes')
      await redis.lose()
      await redis.start()
      expect(await client.get('kept')).toBeNull()
      client.disconnect()
    },
    longestMs,
  )
})
