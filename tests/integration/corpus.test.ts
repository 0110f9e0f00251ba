// States of Redis that released versions have left are taken over by today's code, and their runs go on to their end.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RedisLoadRegistry } from '../../orchestrator/adapters/redis/redis-load-registry.ts'
import { RedisRunRecovery } from '../../orchestrator/adapters/redis/redis-run-recovery.ts'
import { RedisRunStore } from '../../orchestrator/adapters/redis/redis-run-store.ts'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { checkFormat, guardFormat } from '../../shared/adapters/redis/house-format.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { RedisAttemptLedger } from '../../workers/adapters/redis/redis-attempt-ledger.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { CorpusHouse, type CorpusKey, corpora } from '../support/corpus.ts'

const states = corpora().flatMap(({ release, redis, journal }) =>
  Object.entries(redis).map(([file, keys]) => ({ release, file, keys, journal })),
)

describeWithBrokers('what a release has left in Redis', ({ redis: url }) => {
  let redis: RedisClient
  beforeAll(() => {
    redis = connectRedis({ url }, silentLogger)
  })
  afterAll(() => closeRedis(redis))

  /** The house of the corpus on this server, under names of its own. `isRestarted`: the server is another one. */
  const take = async (keys: readonly CorpusKey[], isRestarted = false) => {
    const { prefix } = ownNames('corpus')
    const server = /^run_id:(\S+)/m.exec(await redis.info('server'))?.[1] ?? ''
    for (const key of keys) await put(redis, prefix, key, isRestarted ? 'another' : server)
    const house = new CorpusHouse()
    const kept = { prefix, nowMs: () => house.clock.nowMs(), retentionMs: 7 * 86_400_000 }
    const store = new RedisRunStore(redis, { ...kept, retryTtlMs: 86_400_000 })
    return { prefix, house, store, recovery: new RedisRunRecovery(redis, kept) }
  }

  describe.each(states)('$release, $file', ({ keys, journal }) => {
    it.each([false, true])('goes on to its end (after a restart of Redis: %s)', async (isRestarted) => {
      const { house, store, recovery } = await take(keys, isRestarted)
      await house.journal(journal)
      expect((await recovery.whole()) === undefined).toBe(isRestarted)
      const orchestrator = house.orchestrator(store, recovery)
      await orchestrator.start()
      const passes = async (isTrue: () => Promise<boolean>) => {
        for (let round = 0; round < 2_000 && !(await isTrue()); round++) {
          await house.clock.advance(100)
          // Redis answers in real time.
          await redis.ping()
        }
        expect(await isTrue()).toBe(true)
      }
      await passes(async () => (await house.ready('open')).includes('1002 2'))
      await house.answer('open', '2001', 1)
      await house.answer('open', '1002', 2)
      await passes(async () => (await house.ready('open')).includes('3001 1'))
      await house.answer('open', '3001', 1)
      await passes(async () => (await store.summary('open'))?.state === 'succeeded')
      const stopped = orchestrator.stop()
      await passes(
        async () => (await store.read('open', 0))?.relayed === (await store.read('open', 0))?.version,
      )
      await stopped
    })

    it('is listed as it was', async () => {
      const { store } = await take(keys)
      const runs = (await store.list({ limit: 10 })).map(({ runId, state }) => `${runId} ${state}`)
      expect(runs.sort()).toEqual([
        'cancelled cancelled',
        'failed failed',
        'open running',
        'succeeded succeeded',
      ])
      for (const runId of ['cancelled', 'failed', 'open', 'succeeded'])
        expect((await store.read(runId, 0))?.version).toBeGreaterThan(2)
    })
  })

  describe.each(states.filter(({ file }) => file === 'redis.json'))('$release, $file', ({ keys }) => {
    it('has loads that freshness is decided on', async () => {
      const { prefix } = await take(keys)
      const loads = await new RedisLoadRegistry(redis, prefix).lastLoads('acme', ['1001'])
      expect(loads.get('1001')).toMatchObject({ objectId: '1001', loadedAtMs: expect.any(Number) })
    })

    it('has attempts that a worker holds, and answers that are given again', async () => {
      const { prefix } = await take(keys)
      const ledger = new RedisAttemptLedger(redis, prefix)
      const open = { runId: 'open', attempt: 1 }
      const attempts = [
        { ...open, objectId: '1001' },
        { ...open, objectId: '2001' },
      ]
      const [done, held] = await ledger.claim(attempts, 'another', 1_000)
      expect(held).toMatchObject({ kind: 'held' })
      expect(done).toMatchObject({ kind: 'done', answer: expect.stringContaining('"status":"loaded"') })
    })

    it('is of the first format, which is written down, and a newer one is refused and left', async () => {
      const { prefix } = await take(keys)
      await checkFormat(redis, prefix)
      await guardFormat(redis, prefix)
      expect(await redis.get(`${prefix}format`)).toBe('1')
      await redis.set(`${prefix}format`, '2')
      await expect(guardFormat(redis, prefix)).rejects.toMatchObject({ code: 'FORMAT_NEWER' })
      expect(await redis.get(`${prefix}format`)).toBe('2')
    })
  })
})

async function put(
  redis: RedisClient,
  prefix: string,
  { key, type, ttlMs, value }: CorpusKey,
  server: string,
) {
  const name = `${prefix}${key}`
  const here = (text: string) => text.replaceAll('%SERVER%', server)
  if (typeof value === 'string') await redis.set(name, here(value))
  else if (Array.isArray(value) && type === 'list') await redis.rpush(name, ...value)
  else if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 2) await redis.zadd(name, value[at + 1], value[at])
  } else {
    const fields = Object.entries(value as Readonly<Record<string, string>>)
    await redis.hset(name, Object.fromEntries(fields.map(([field, text]) => [field, here(text)])))
  }
  if (ttlMs >= 0) await redis.pexpire(name, ttlMs)
}
