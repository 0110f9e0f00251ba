// What happens to callers of Redis while it is away, frozen, full, or loses a reply.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RedisRunRecovery } from '../../orchestrator/adapters/redis/redis-run-recovery.ts'
import { RedisRunStore } from '../../orchestrator/adapters/redis/redis-run-store.ts'
import {
  type ConnectionOptions,
  closeRedis,
  connectRedis,
  type RedisClient,
} from '../../shared/adapters/redis/connection.ts'
import { Fault } from '../../shared/base/fault.ts'
import { rebuild, restoredRun } from '../contract/run-recovery.contract.ts'
import { commitOf, keepAll, markOf, recordOf } from '../contract/run-store-scene.ts'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import { makeWhole } from '../support/brokers/make-whole.ts'
import { recordingLogger } from '../support/recording-logger.ts'
import { ReplyLosingProxy } from '../support/reply-losing-proxy.ts'

const COMMAND_TIMEOUT_MS = 400
/** Far above the bound, far below "for ever": other work on the machine must not fail the test. */
const BOUND_MS = 5_000

describeWithOwnBrokers('a Redis in trouble', ['redis'], () => {
  let redis: LocalRedis
  const clients: RedisClient[] = []

  beforeEach(async () => {
    redis = new LocalRedis()
    await redis.start()
  })
  afterEach(async () => {
    redis.signal('SIGCONT')
    await Promise.all(clients.splice(0).map(closeRedis))
    await redis.stop()
  })

  const open = (options: ConnectionOptions = {}) => {
    const logger = recordingLogger()
    const client = connectRedis({ url: redis.url, commandTimeoutMs: COMMAND_TIMEOUT_MS, ...options }, logger)
    clients.push(client)
    makeWhole(client, 'h:')
    const store = new RedisRunStore(client, { prefix: 'h:', nowMs: () => 10_000, retryTtlMs: 60_000 })
    return { client, store, logger }
  }
  type Opened = ReturnType<typeof open>

  /** Every method of the store, to be called while Redis does not answer. */
  const calls = ({ store }: Opened): readonly (() => Promise<unknown>)[] => [
    () => store.commit(commitOf('new', 0)),
    () => store.commit(commitOf('r', 1)),
    () => store.read('r', 0),
    () => store.markRelayed([markOf('r', 1)]),
    () => store.postpone('r', 1, 5),
    () => store.needingAttention(0, 0),
    () => store.list({ limit: 1 }),
    () => store.summary('r'),
    () => store.savePlan('hash', ['a']),
    () => store.loadPlan('hash'),
    () => store.ping(),
  ]

  const expectUnavailable = async (opened: Opened) => {
    const beganAtMs = performance.now()
    const outcomes = await Promise.allSettled(calls(opened).map((call) => call()))
    expect(performance.now() - beganAtMs).toBeLessThan(BOUND_MS)
    for (const outcome of outcomes) {
      expect(outcome.status === 'rejected' && outcome.reason).toMatchObject({
        code: 'STORE_UNAVAILABLE',
        retryable: true,
      })
    }
  }

  it('refuses every call within a bound while it is dead, and works again when it is back', async () => {
    const opened = open()
    await keepAll(opened.store, [commitOf('r', 0)])
    await redis.kill('SIGKILL')
    await expectUnavailable(opened)
    await redis.start()
    await vi.waitFor(() => opened.store.ping(), 20_000)
    const recovery = new RedisRunRecovery(opened.client, {
      prefix: 'h:',
      nowMs: () => 10_000,
      retentionMs: 1,
    })
    await rebuild(recovery, 'one', restoredRun('r', 1))
    await keepAll(opened.store, [commitOf('r', 1), commitOf('r', 2)])
    expect((await opened.store.read('r', 0))?.version).toBe(3)
  })

  it('refuses every call within a bound while it is frozen, and keeps nothing twice afterwards', async () => {
    const opened = open()
    await keepAll(opened.store, [commitOf('r', 0)])
    redis.signal('SIGSTOP')
    await expectUnavailable(opened)
    redis.signal('SIGCONT')
    await vi.waitFor(() => opened.store.ping(), 20_000)
    await keepAll(opened.store, [commitOf('r', 1), commitOf('new', 0)])
    expect((await opened.store.read('r', 0))?.version).toBe(2)
    expect((await opened.store.read('new', 0))?.version).toBe(1)
  })

  it('serves a program that was started before it', async () => {
    await redis.kill('SIGKILL')
    const { store } = open({ commandTimeoutMs: 30_000 })
    const pings = vi.waitFor(() => store.ping(), 30_000)
    await redis.start()
    await expect(pings).resolves.toBeUndefined()
  })

  it('says in two lines that it was away and is back', async () => {
    const opened = open()
    await opened.store.ping()
    await redis.kill('SIGKILL')
    await expectUnavailable(opened)
    await expectUnavailable(opened)
    await redis.start()
    await vi.waitFor(() => opened.store.ping(), 20_000)
    expect(opened.logger.messages('warn')).toEqual(['Redis is not reachable, still trying'])
    expect(opened.logger.messages('info')).toEqual(['Redis is reachable again'])
  })

  it('keeps a commit once when the reply to it is lost', async () => {
    const proxy = new ReplyLosingProxy(redis.url)
    const { store } = open({ url: await proxy.start(), commandTimeoutMs: 10_000 })
    await keepAll(store, [commitOf('r', 0)])
    proxy.loseNextReply()
    await keepAll(store, [commitOf('r', 1), commitOf('r', 2)])
    expect(proxy.lost).toBe(1)
    expect(await store.read('r', 0)).toMatchObject({
      version: 3,
      records: [1, 2, 3].map(recordOf),
    })
    await proxy.stop()
  })

  it('keeps nothing of a commit when its memory is full, and may be asked again', async () => {
    const { store, client } = open()
    await keepAll(store, [commitOf('r', 0)])
    await client.config('SET', 'maxmemory', '1')
    const failures = [{ objectId: '1', count: 1 }]
    const full = store.commit(commitOf('r', 1, { dueAtMs: 5, failures }))
    await expect(full).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await expect(store.commit(commitOf('new', 0))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await client.config('SET', 'maxmemory', '0')
    expect(await store.read('r', 0)).toMatchObject({ version: 1, relayed: 0, records: [recordOf(1)] })
    expect(await client.exists('h:run:{r}:retries')).toBe(0)
    expect(await store.needingAttention(5, 0)).toEqual([])
    await keepAll(store, [commitOf('r', 1)])
  })

  it('is left and looked for again when it has become a replica', async () => {
    const { store, client } = open()
    await keepAll(store, [commitOf('r', 0)])
    const connected = new Set([await client.client('ID')])
    await client.replicaof('127.0.0.1', 1)
    await expect(store.commit(commitOf('r', 1))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await vi.waitFor(() => store.ping(), 20_000)
    connected.add(await client.client('ID'))
    expect(connected.size).toBe(2)
    await client.replicaof('NO', 'ONE')
    await keepAll(store, [commitOf('r', 1)])
  })

  it('gives no half of a run that vanishes while it is read', async () => {
    const { store, client } = open()
    const commits = Array.from({ length: 300 }, (_, basedOn) => commitOf('r', basedOn))
    await keepAll(store, commits)
    const vanishing: RedisClient = Object.create(client, { lrange: { value: async () => [] } })
    const reader = new RedisRunStore(vanishing, { prefix: 'h:', nowMs: () => 0, retryTtlMs: 1 })
    await expect(reader.read('r', 0)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  it('refuses for good what no waiting will change', async () => {
    const { client, store } = open()
    await client.set('h:run:{r}:commits', 'not a list')
    await expect(store.commit(commitOf('r', 0))).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      retryable: false,
    })
  })

  it('refuses for good a password that is wrong', async () => {
    const { client } = open()
    await client.config('SET', 'requirepass', 'right')
    await expect(open({ password: 'wrong' }).store.ping()).rejects.toMatchObject({ code: 'STORE_REFUSED' })
    await expect(open({ password: 'right' }).store.ping()).resolves.toBeUndefined()
    const inUrl = redis.url.replace('//', '//:right@')
    await expect(open({ url: inUrl }).store.ping()).resolves.toBeUndefined()
  })

  it('is refused after the connection was closed, and closing twice is harmless', async () => {
    const { client, store } = open()
    await store.ping()
    await closeRedis(client)
    await closeRedis(client)
    const error = await store.ping().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Fault)
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })
})
