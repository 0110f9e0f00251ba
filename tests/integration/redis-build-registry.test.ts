// Builds on a real Redis, alone and as a node of a cluster: what it keeps expires, and what a restart may have lost is void.

import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { RedisBuildRegistry } from '../../orchestrator/adapters/redis/redis-build-registry.ts'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { buildRegistryContract } from '../contract/build-registry.contract.ts'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { clusterNodeOfSuite } from '../support/brokers/own-redis.ts'
import { ReplyLosingProxy } from '../support/reply-losing-proxy.ts'

const group = '2026-11-21 default'
const claim = (runId: string, attempt = 1) => ({
  build: 'work',
  commit: 'x.1',
  runId,
  objectId: 'o',
  attempt,
})

describeWithOwnBrokers('RedisBuildRegistry', ['redis'], () => {
  const redis = new LocalRedis()
  let client: RedisClient
  beforeAll(async () => {
    await redis.start()
    client = connectRedis({ url: redis.url }, silentLogger)
  })
  afterAll(async () => {
    await closeRedis(client)
    await redis.stop()
  })

  buildRegistryContract(() => new RedisBuildRegistry(client, ownNames('builds').prefix))

  it('keeps an open build for a day, who had joined for an hour, and nothing else', async () => {
    const { prefix } = ownNames('builds')
    const registry = new RedisBuildRegistry(client, prefix)
    await registry.claim(group, [claim('a'), claim('b')])
    await registry.claim(group, [claim('a', 2)])
    const open = await ttls(prefix)
    expect(open).toHaveLength(3)
    for (const ms of open) expect(Math.ceil(ms / 60_000)).toBe(24 * 60)
    await registry.close(group, [claim('a', 2)])
    const closed = await ttls(prefix)
    expect(closed).toHaveLength(2)
    for (const ms of closed) expect(Math.ceil(ms / 60_000)).toBe(60)
  })

  it('keeps nothing of a build that nobody joined once it is answered', async () => {
    const { prefix } = ownNames('builds')
    const registry = new RedisBuildRegistry(client, prefix)
    await registry.claim(group, [claim('a')])
    await registry.close(group, [claim('a')])
    expect(await ttls(prefix)).toEqual([])
  })

  it('keeps of a build that all have left only who has, and what the last was given, for an hour', async () => {
    const { prefix } = ownNames('builds')
    const registry = new RedisBuildRegistry(client, prefix)
    await registry.claim(group, [claim('a', 2), claim('b')])
    await registry.leave(group, [claim('a', 2), claim('b')])
    const left = await ttls(prefix)
    expect(left).toHaveLength(3)
    for (const ms of left) expect(Math.ceil(ms / 60_000)).toBe(60)
  })

  it('does not let a later join keep a build that nobody answers', async () => {
    const { prefix } = ownNames('builds')
    const registry = new RedisBuildRegistry(client, prefix)
    await registry.claim(group, [claim('a')])
    const [build = ''] = await client.keys(`${prefix}*:build:*`)
    await client.pexpire(build, 5_000)
    await registry.claim(group, [claim('b'), claim('c')])
    await registry.leave(group, [claim('b')])
    expect(await client.pttl(build)).toBeLessThanOrEqual(5_000)
  })

  async function ttls(prefix: string): Promise<readonly number[]> {
    const keys = await client.keys(`${prefix}*`)
    return Promise.all(keys.map((key) => client.pttl(key)))
  }

  it('gives the same answer when a reply was lost and the call came twice', async () => {
    const proxy = new ReplyLosingProxy(redis.url)
    const lossy = connectRedis({ url: await proxy.start(), commandTimeoutMs: 10_000 }, silentLogger)
    try {
      const registry = new RedisBuildRegistry(lossy, ownNames('builds').prefix)
      await lossy.ping()
      proxy.loseNextReply()
      expect(await registry.claim(group, [claim('a'), claim('b')])).toMatchObject([undefined, { runId: 'a' }])
      proxy.loseNextReply()
      expect(await registry.close(group, [claim('a')])).toMatchObject([[{ runId: 'b' }]])
      await registry.claim(group, [claim('a', 2), claim('b', 2)])
      await registry.leave(group, [claim('a', 2)])
      proxy.loseNextReply()
      expect(await registry.leave(group, [claim('b', 2)])).toMatchObject([{ runId: 'b' }, { runId: 'a' }])
    } finally {
      await closeRedis(lossy)
      await proxy.stop()
    }
  })

  it('takes what was open before a restart for void, though it is on the disk: it may be older than what was', async () => {
    const registry = new RedisBuildRegistry(client, ownNames('builds').prefix)
    await registry.claim(group, [claim('a'), claim('b')])
    await registry.close(group, [claim('a')])
    await registry.claim(group, [claim('c')])
    await redis.kill('SIGTERM')
    await redis.start()
    await vi.waitFor(() => client.ping(), 20_000)
    expect(await registry.claim(group, [claim('b'), claim('c')])).toMatchObject([undefined, { runId: 'b' }])
    expect(await registry.close(group, [claim('a')]), 'an answer that comes again is good').toMatchObject([
      [{ runId: 'b' }],
    ])
  })
})

describeWithOwnBrokers('RedisBuildRegistry on a node of a cluster', ['redis'], () => {
  const client = clusterNodeOfSuite()

  buildRegistryContract(() => new RedisBuildRegistry(client(), ownNames('builds').prefix))
})
