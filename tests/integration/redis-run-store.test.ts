// The run store and the load registry on a real Redis, alone and as a node of a cluster.

import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { RedisLoadRegistry } from '../../orchestrator/adapters/redis/redis-load-registry.ts'
import {
  RedisRunStore,
  type RedisRunStoreOptions,
} from '../../orchestrator/adapters/redis/redis-run-store.ts'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { loadRegistryContract } from '../contract/load-registry.contract.ts'
import { runStoreContract } from '../contract/run-store.contract.ts'
import { commitOf, endingOf, keepAll, markOf } from '../contract/run-store-scene.ts'
import { describeWithBrokers, describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { makeWhole } from '../support/brokers/make-whole.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { clusterNodeOfSuite } from '../support/brokers/own-redis.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

describeWithBrokers('RedisRunStore', (brokers) => {
  let client: RedisClient
  beforeAll(() => {
    client = connectRedis({ url: brokers.redis }, silentLogger)
  })
  afterAll(() => closeRedis(client))

  contracts(() => client)
  keepingPromises(() => client)
  indexPromises(() => client)
})

describeWithOwnBrokers('RedisRunStore on a node of a cluster', ['redis'], () => {
  const client = clusterNodeOfSuite()

  it('stands on a server that refuses scripts whose keys are in different slots', async () => {
    await expect(client().eval('return 1', 2, '{a}', '{b}')).rejects.toThrow('CROSSSLOT')
  })
  contracts(client)
})

function contracts(client: () => RedisClient): void {
  const { prefix } = ownNames('run-store')
  const options = (house: string, nowMs: () => number) => ({
    prefix: `${prefix}${house}:`,
    nowMs,
    retryTtlMs: 60_000,
  })
  runStoreContract(() => ({
    open: (house, nowMs) => {
      makeWhole(client(), options(house, nowMs).prefix)
      return new RedisRunStore(client(), options(house, nowMs))
    },
  }))

  describe('RedisLoadRegistry', () => {
    loadRegistryContract(() => new RedisLoadRegistry(client(), ownNames('loads').prefix))
  })
}

interface Built {
  readonly client: RedisClient
  readonly prefix: string
  readonly store: RunStore
}

function build(client: RedisClient, options: Partial<RedisRunStoreOptions> = {}): Built {
  const { prefix } = ownNames('run-store')
  makeWhole(client, prefix)
  const store = new RedisRunStore(client, { prefix, nowMs: () => 10_000, retryTtlMs: 60_000, ...options })
  return { client, prefix, store }
}

function keepingPromises(client: () => RedisClient): void {
  describe('what it keeps', () => {
    it('shows operators the failures of each object until their time is over', async () => {
      const { store, prefix } = build(client())
      const failures = [
        { objectId: '2001', count: 1 },
        { objectId: '2002', count: 3 },
      ]
      await keepAll(store, [commitOf('r', 0), commitOf('r', 1, { failures }), commitOf('r', 1, { failures })])
      expect(await client().hgetall(`${prefix}run:{r}:retries`)).toEqual({ 2001: '1', 2002: '3' })
      const leftMs = await client().pttl(`${prefix}run:{r}:retries`)
      expect(leftMs).toBeGreaterThan(50_000)
      expect(leftMs).toBeLessThanOrEqual(60_000)
    })

    it('keeps a run for ever until it has ended and its end is published, then for the retention', async () => {
      const { store, prefix } = build(client(), { retentionMs: DAY_MS })
      const leftMs = async () => [
        await client().pttl(`${prefix}run:{r}:commits`),
        await client().pttl(`${prefix}run:{r}:head`),
      ]
      await keepAll(store, [commitOf('r', 0), endingOf('r', 1)])
      await store.markRelayed([markOf('r', 1)])
      expect(await leftMs()).toEqual([-1, -1])
      await store.markRelayed([markOf('r', 2)])
      for (const left of await leftMs()) expect(left).toBeGreaterThan(DAY_MS - 60_000)
    })

    it('keeps a run that was reopened for ever again, its plan with it, and looks after it', async () => {
      const { store, prefix } = build(client(), { retentionMs: DAY_MS })
      await store.savePlan('plan-1', ['a'])
      await keepAll(store, [commitOf('r', 0), endingOf('r', 1)])
      await store.markRelayed([markOf('r', 2)])
      await client().pexpire(`${prefix}plan:{plan-1}`, 60_000)
      await keepAll(store, [commitOf('r', 2, { isReopened: true, dueAtMs: 5 })])
      for (const key of ['commits', 'head']) expect(await client().pttl(`${prefix}run:{r}:${key}`)).toBe(-1)
      expect(await client().pttl(`${prefix}plan:{plan-1}`)).toBeGreaterThan(60_000)
      expect(await store.needingAttention(5, 0)).toEqual(['r'])
      await keepAll(store, [endingOf('r', 3)])
      await store.markRelayed([markOf('r', 4)])
      expect(await client().pttl(`${prefix}run:{r}:commits`)).toBeGreaterThan(DAY_MS - 60_000)
      expect(await store.needingAttention(5, 0)).toEqual([])
    })

    it('lets what is said after the end expire with the run', async () => {
      const { store, prefix } = build(client(), { retentionMs: DAY_MS })
      await keepAll(store, [commitOf('r', 0), endingOf('r', 1)])
      await store.markRelayed([markOf('r', 2)])
      await keepAll(store, [endingOf('r', 2)])
      expect(await client().pttl(`${prefix}run:{r}:commits`)).toBeGreaterThan(DAY_MS - 60_000)
    })

    it('forgets a run that has expired, also in the lists, but for over a year not that it was there', async () => {
      const { store, prefix } = build(client(), { retentionMs: 1, retryTtlMs: 1 })
      const failures = [{ objectId: '1', count: 1 }]
      await keepAll(store, [commitOf('r', 0), { ...endingOf('r', 1), failures }])
      await store.markRelayed([markOf('r', 2)])
      await vi.waitFor(async () => expect(await store.read('r', 0)).toBeUndefined())
      await store.needingAttention(20_000, 0)
      expect(await store.list({ limit: 5 })).toEqual([])
      expect(await store.list({ limit: 5, state: 'running' })).toEqual([])
      const head = `${prefix}run:{r}:head`
      const left = async () => (await client().keys(`${prefix}*`)).filter((key) => !key.endsWith('{whole}'))
      await vi.waitFor(async () => expect(await left()).toEqual([head]))
      expect(await store.summary('r')).toMatchObject({ runId: 'r' })
      expect(await client().pttl(head)).toBeGreaterThan(366 * DAY_MS)
    })

    it('keeps a plan as long as an open run stands on it, and for the retention after the last', async () => {
      const { store, client: redis, prefix } = build(client(), { retentionMs: DAY_MS })
      await store.savePlan('plan-1', ['a'])
      await keepAll(store, [commitOf('r', 0)])
      const planIsRenewed = async () =>
        expect(await redis.pttl(`${prefix}plan:{plan-1}`)).toBeGreaterThan(60_000)
      for (const renew of [
        () => store.needingAttention(0, 0),
        () => store.savePlan('plan-1', ['a']),
        async () => {
          await keepAll(store, [endingOf('r', 1)])
          await store.markRelayed([markOf('r', 2)])
        },
      ]) {
        await redis.pexpire(`${prefix}plan:{plan-1}`, 60_000)
        await renew()
        await planIsRenewed()
      }
    })

    it('takes half a plan for none, and completes it', async () => {
      const { store, client: redis, prefix } = build(client())
      const chunks = Array.from({ length: 12 }, (_, index) => `chunk ${index}`)
      await store.savePlan('hash', chunks)
      await redis.hdel(`${prefix}plan:{hash}`, 'chunks', '11')
      expect(await store.loadPlan('hash')).toBeUndefined()
      await store.savePlan('hash', chunks)
      expect(await store.loadPlan('hash')).toEqual(chunks)
    })

    it('takes a plan with a hole for none', async () => {
      const { store, client: redis, prefix } = build(client())
      await store.savePlan('hash', ['a', 'b'])
      await redis.hdel(`${prefix}plan:{hash}`, '1')
      expect(await store.loadPlan('hash')).toBeUndefined()
    })

    it('goes on when the server has forgotten its scripts', async () => {
      const { store } = build(client())
      await keepAll(store, [commitOf('r', 0)])
      await client().script('FLUSH')
      const runIds = ['a', 'b', 'c']
      const outcomes = await Promise.all(runIds.map((runId) => store.commit(commitOf(runId, 0))))
      expect(outcomes).toEqual(['kept', 'kept', 'kept'])
    })
  })
}

function indexPromises(client: () => RedisClient): void {
  describe('its indices', () => {
    const open = ({ prefix }: Built) => client().zrange(`${prefix}runs:open`, 0, '-1')

    it('no longer look at a run that has ended and is published', async () => {
      const house = build(client())
      await keepAll(house.store, [commitOf('r', 0), endingOf('r', 1)])
      expect(await open(house)).toEqual(['r'])
      await house.store.markRelayed([markOf('r', 2)])
      expect(await open(house)).toEqual([])
    })

    it('heal when a replica died before it had taken such a run out', async () => {
      const house = build(client())
      await keepAll(house.store, [endingOf('r', 0)])
      await house.store.markRelayed([markOf('r', 1)])
      await client().zadd(`${house.prefix}runs:open`, 10_000, 'r')
      expect(await house.store.needingAttention(20_000, 20_000)).toEqual([])
      expect(await open(house)).toEqual([])
    })

    it('wait a day for an opener that was frozen before its first commit, then forget the run', async () => {
      const house = build(client())
      await client().zadd(`${house.prefix}runs:open`, 10_000, 'frozen')
      expect(await house.store.needingAttention(10_000 + DAY_MS, 10_000 + DAY_MS)).toEqual([])
      expect(await open(house)).toEqual(['frozen'])
      expect(await house.store.needingAttention(70_001 + DAY_MS, 0)).toEqual([])
      expect(await open(house)).toEqual([])
    })

    it('are tidied once a minute and not at each look', async () => {
      const house = build(client())
      await house.store.needingAttention(DAY_MS * 2, 0)
      await client().zadd(`${house.prefix}runs:open`, 0, 'nobody')
      await house.store.needingAttention(DAY_MS * 2 + 59_999, 0)
      expect(await open(house)).toEqual(['nobody'])
      await house.store.needingAttention(DAY_MS * 2 + 60_000, 0)
      expect(await open(house)).toEqual([])
    })

    it('list a run by the opening that won when two replicas opened it at once', async () => {
      const house = build(client())
      await client().zadd(`${house.prefix}runs`, 999_999, 'r')
      await keepAll(house.store, [commitOf('r', 0)])
      expect(await client().zscore(`${house.prefix}runs`, 'r')).toBe('1000')
    })

    it('list the newest of many runs page by page', async () => {
      const { store } = build(client())
      const runIds = Array.from({ length: 600 }, (_, index) => `run ${String(index).padStart(3, '0')}`)
      await keepAll(
        store,
        runIds.map((runId, index) => (index < 4 ? endingOf(runId, 0) : commitOf(runId, 0))),
      )
      const ended = await store.list({ limit: 3, state: 'succeeded' })
      expect(ended.map((summary) => summary.runId)).toEqual(['run 003', 'run 002', 'run 001'])
      const calls = vi.spyOn(client(), 'zrange')
      onTestFinished(() => calls.mockRestore())
      const [newest] = await store.list({ limit: 1, state: 'succeeded' })
      expect([newest?.runId, calls.mock.calls.length]).toEqual(['run 003', 3])
    })
  })
}
