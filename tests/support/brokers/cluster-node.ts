// A Redis of a test's own that is a node of a cluster: it refuses scripts whose keys are in different slots.

import { afterAll, beforeAll, expect, vi } from 'vitest'
import { closeRedis, connectRedis, type RedisClient } from '../../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../../shared/ports/logger.ts'
import { freePort } from './free-port.ts'
import { LocalRedis } from './local-redis.ts'

export interface OwnRedis {
  readonly redis: LocalRedis
  readonly client: RedisClient
}

/** Resolves when the node has all slots, and so answers as a whole cluster. Whoever starts it closes and stops both. */
export async function startClusterNode(): Promise<OwnRedis> {
  const redis = new LocalRedis(['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())])
  await redis.start()
  const client = connectRedis({ url: redis.url }, silentLogger)
  await client.cluster('ADDSLOTSRANGE', 0, 16_383)
  await vi.waitFor(async () => expect(await client.cluster('INFO')).toContain('cluster_state:ok'), 20_000)
  return { redis, client }
}

/** Starts a node for the suite in which it is called, and gives its client once the suite runs. */
export function clusterNodeOfSuite(): () => RedisClient {
  let own: OwnRedis
  beforeAll(async () => {
    own = await startClusterNode()
  })
  afterAll(async () => {
    await closeRedis(own.client)
    await own.redis.stop()
  })
  return () => own.client
}
