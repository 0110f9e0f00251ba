// A Redis of a test's own with its client, alone or as a node of a cluster, which refuses scripts whose keys are in different slots.

import { afterAll, beforeAll, expect, vi } from 'vitest'
import { closeRedis, connectRedis, type RedisClient } from '../../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../../shared/ports/logger.ts'
import { freePort } from './free-port.ts'
import { LocalRedis } from './local-redis.ts'

export interface OwnRedis {
  readonly redis: LocalRedis
  readonly client: RedisClient
}

/** What was answered is on the disk: with fsync once a second a busy disk may leave out what was written before a kill. */
const durable = ['--appendfsync', 'always']

/** Whoever starts it closes and stops both; where it does not start, nothing is left. */
export function startAlone(): Promise<OwnRedis> {
  return started(new LocalRedis(durable), async () => {})
}

/** As `startAlone`; resolves when the node has all slots, and so answers as a whole cluster. */
export async function startClusterNode(): Promise<OwnRedis> {
  const args = [...durable, '--cluster-enabled', 'yes', '--cluster-port', String(await freePort())]
  return started(new LocalRedis(args), async (client) => {
    await client.cluster('ADDSLOTSRANGE', 0, 16_383)
    await vi.waitFor(async () => expect(await client.cluster('INFO')).toContain('cluster_state:ok'), 20_000)
  })
}

/** Starts a node for the suite in which it is called, and gives its client once the suite runs. */
export function clusterNodeOfSuite(): () => RedisClient {
  let own: OwnRedis | undefined
  beforeAll(async () => {
    own = await startClusterNode()
  })
  afterAll(async () => {
    if (own !== undefined) await stopped(own)
  })
  return () => {
    if (own === undefined) throw new Error('the suite has not begun')
    return own.client
  }
}

async function started(
  redis: LocalRedis,
  prepare: (client: RedisClient) => Promise<void>,
): Promise<OwnRedis> {
  let client: RedisClient | undefined
  try {
    await redis.start()
    client = connectRedis({ url: redis.url }, silentLogger)
    await prepare(client)
    return { redis, client }
  } catch (error) {
    await stopped({ redis, client })
    throw error
  }
}

async function stopped({
  redis,
  client,
}: {
  redis: LocalRedis
  client: RedisClient | undefined
}): Promise<void> {
  if (client !== undefined) await closeRedis(client)
  await redis.stop()
}
