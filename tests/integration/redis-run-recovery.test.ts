// A real Redis that is emptied, or killed and started again, gets its runs back as the port promises.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { RedisRunRecovery } from '../../orchestrator/adapters/redis/redis-run-recovery.ts'
import { RedisRunStore } from '../../orchestrator/adapters/redis/redis-run-store.ts'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { rebuild, restoredRun, runRecoveryContract } from '../contract/run-recovery.contract.ts'
import { commitOf, keepAll, markOf, summaryOf } from '../contract/run-store-scene.ts'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import type { LocalRedis } from '../support/brokers/local-redis.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { type OwnRedis, startAlone, startClusterNode } from '../support/brokers/own-redis.ts'

const dayMs = 24 * 60 * 60 * 1_000

describeWithOwnBrokers('RedisRunRecovery', ['redis'], () => {
  suite(startAlone)
})

describeWithOwnBrokers('RedisRunRecovery on a node of a cluster', ['redis'], () => {
  suite(startClusterNode)
})

function suite(start: () => Promise<OwnRedis>): void {
  let redis: LocalRedis
  let client: RedisClient
  beforeAll(async () => {
    ;({ redis, client } = await start())
  })
  afterAll(async () => {
    await closeRedis(client)
    await redis.stop()
  })

  const restart = async () => {
    await redis.kill()
    await redis.start()
    await vi.waitFor(() => client.set('is there', '1'), 20_000)
  }
  const build = async () => {
    const clock = { atMs: 10_000 }
    const { prefix } = ownNames('recovery')
    const nowMs = () => clock.atMs
    const store = new RedisRunStore(client, { prefix, nowMs, retryTtlMs: 60_000, retentionMs: dayMs })
    const recovery = new RedisRunRecovery(client, { prefix, nowMs, retentionMs: dayMs })
    const lose = async () => void (await client.flushall())
    return { clock, prefix, store, recovery, lose, restart }
  }

  runRecoveryContract(build)

  describe('what is kept of a run that is restored', () => {
    const ttls = (prefix: string) =>
      Promise.all(['commits', 'head'].map((key) => client.pttl(`${prefix}run:{r}:${key}`)))

    it('stays for ever while it goes on', async () => {
      const { recovery, prefix } = await build()
      await rebuild(recovery, 'one', restoredRun('r', 2))
      expect(await ttls(prefix)).toEqual([-1, -1])
    })

    it('stays for what is left of its time when it has ended, and its head for over a year', async () => {
      const { recovery, prefix, clock } = await build()
      const summary = summaryOf('r', { state: 'failed', endedAtMs: clock.atMs - 0.75 * dayMs })
      await rebuild(recovery, 'one', restoredRun('r', 2, { summary }))
      const [commits = 0, head = 0] = await ttls(prefix)
      expect(commits).toBeGreaterThan(0.2 * dayMs)
      expect(commits).toBeLessThanOrEqual(0.25 * dayMs)
      expect(head).toBeGreaterThan(366 * dayMs)
    })

    it('goes soon when its time is over, and is known to be there by its head', async () => {
      const { recovery, store, prefix, clock } = await build()
      const summary = summaryOf('r', { state: 'failed', endedAtMs: clock.atMs - 9 * dayMs })
      const run = restoredRun('r', 2, { summary })
      await rebuild(recovery, 'one', run)
      expect((await ttls(prefix))[0]).toBeLessThanOrEqual(60_000)
      await client.del(`${prefix}run:{r}:commits`)
      expect(await recovery.has(run)).toBe('there')
      expect(await store.read('r', 0)).toBeUndefined()
    })

    it('leaves nothing beside it', async () => {
      const { recovery, prefix } = await build()
      await rebuild(recovery, 'one', restoredRun('r', 2))
      expect(await recovery.restore('one', restoredRun('r', 2))).toBe('restored')
      expect(await recovery.restore('two', restoredRun('r', 3))).toBe('superseded')
      const keys = await client.keys(`${prefix}*`)
      expect(keys.map((key) => key.slice(prefix.length)).sort()).toEqual([
        ...['format', 'run:{r}:commits', 'run:{r}:head', 'runs', 'runs:open', '{whole}'],
      ])
    })
  })

  it('works where INFO is forbidden: then only a server that was emptied is noticed', async () => {
    await client.acl('SETUSER', 'managed', 'on', '>secret', '~*', '&*', '+@all', '-info')
    const managed = connectRedis({ url: redis.url.replace('//', '//managed:secret@') }, silentLogger)
    const { prefix } = ownNames('recovery')
    const nowMs = () => 10_000
    const store = new RedisRunStore(managed, { prefix, nowMs, retryTtlMs: 60_000 })
    const recovery = new RedisRunRecovery(managed, { prefix, nowMs, retentionMs: dayMs })
    await rebuild(recovery, 'one', restoredRun('r', 1))
    await keepAll(store, [commitOf('r', 1)])
    expect(await store.markRelayed([markOf('r', 2)])).toEqual([true])
    expect(await recovery.whole()).toBe('one')
    await client.flushall()
    expect(await recovery.whole()).toBeUndefined()
    await closeRedis(managed)
  })
}
