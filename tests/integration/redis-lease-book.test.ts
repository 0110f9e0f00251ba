// The book of leases on a real Redis, alone and as a node of a cluster, and when it is away or has lost everything.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { RedisLeaseBook } from '../../orchestrator/adapters/redis/redis-lease-book.ts'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { RedisAttemptLedger } from '../../workers/adapters/redis/redis-attempt-ledger.ts'
import { leaseBookContract } from '../contract/lease-book.contract.ts'
import { describeWithBrokers, describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { clusterNodeOfSuite } from '../support/brokers/own-redis.ts'
import { passed } from '../support/redis-time.ts'

const nowMs = () => Date.now()
const key = { runId: 'r', objectId: '1', attempt: 1 }

function contract(client: () => RedisClient): void {
  leaseBookContract(() => {
    const { prefix } = ownNames('leases')
    return {
      ledger: new RedisAttemptLedger(client(), prefix),
      book: new RedisLeaseBook(client(), { prefix, nowMs }),
      nowMs,
      pass: (ms) => passed(client(), ms),
    }
  })
}

describeWithBrokers('RedisLeaseBook', (brokers) => {
  let client: RedisClient
  beforeAll(() => {
    client = connectRedis({ url: brokers.redis }, silentLogger)
  })
  afterAll(() => closeRedis(client))

  contract(() => client)

  it('believes the clock of Redis, however far its own is from it', async () => {
    const { prefix } = ownNames('leases')
    const ledger = new RedisAttemptLedger(client, prefix)
    await ledger.claim([key], 'a', 60_000)
    const behind = new RedisLeaseBook(client, { prefix, nowMs: () => Date.now() - 3_600_000 })
    const ahead = new RedisLeaseBook(client, { prefix, nowMs: () => Date.now() + 3_600_000 })
    expect(await ahead.expired(Date.now() + 3_600_000, 10)).toEqual([])
    await ledger.claim([key], 'a', 1)
    await passed(client, 10)
    expect(await behind.expired(Date.now() - 3_600_000, 10)).toEqual([key])
  })
})

describeWithOwnBrokers('RedisLeaseBook over time', ['redis'], () => {
  let redis: LocalRedis
  let client: RedisClient
  beforeAll(async () => {
    redis = new LocalRedis()
    await redis.start()
    client = connectRedis({ url: redis.url }, silentLogger)
  })
  afterAll(async () => {
    await closeRedis(client)
    await redis.stop()
  })

  function bookInTime() {
    const { prefix } = ownNames('leases')
    let aheadMs = 0
    const book = new RedisLeaseBook(client, { prefix, nowMs: () => Date.now() + aheadMs })
    const lookAfter = (ms: number) => {
      aheadMs += ms
      return book.expired(Date.now() + aheadMs, 10)
    }
    return { prefix, ledger: new RedisAttemptLedger(client, prefix), lookAfter }
  }

  it('asks no run for long that has had no leases, however many there are, and leaves nothing behind of it', async () => {
    const { prefix, ledger, lookAfter } = bookInTime()
    const keys = Array.from({ length: 250 }, (_, index) => ({ ...key, runId: `r${index}` }))
    await ledger.claim(keys, 'a', 60_000)
    await ledger.finish(
      keys.slice(1).map((one) => ({ key: one, answer: 'x' })),
      60_000,
    )
    await lookAfter(0)
    await lookAfter(5_000)
    expect(await client.zcard(`${prefix}attempts`)).toBe(250)
    await lookAfter(10_000)
    expect(await client.zrange(`${prefix}attempts`, 0, '-1')).toEqual(['r0'])
    await ledger.claim([key], 'a', 1)
    await passed(client, 10)
    expect(await lookAfter(20_000)).toEqual([key])
  })

  it('goes on asking a run that a worker enters again between two looks', async () => {
    const { prefix, ledger, lookAfter } = bookInTime()
    await ledger.claim([key], 'a', 60_000)
    await ledger.finish([{ key, answer: 'x' }], 60_000)
    await lookAfter(0)
    await client.zadd(`${prefix}attempts`, Date.now() + 1_001, 'r')
    await lookAfter(20_000)
    expect(await client.zcard(`${prefix}attempts`)).toBe(1)
  })
})

describeWithOwnBrokers('RedisLeaseBook on a node of a cluster', ['redis'], () => {
  const client = clusterNodeOfSuite()

  contract(client)
})

describeWithOwnBrokers('RedisLeaseBook in trouble', ['redis'], () => {
  let redis: LocalRedis
  let client: RedisClient
  beforeEach(async () => {
    redis = new LocalRedis()
    await redis.start()
    client = connectRedis({ url: redis.url, commandTimeoutMs: 400 }, silentLogger)
  })
  afterEach(async () => {
    await closeRedis(client)
    await redis.stop()
  })

  it('refuses every call as STORE_UNAVAILABLE while Redis is dead', async () => {
    const book = new RedisLeaseBook(client, { prefix: 'h:', nowMs })
    await book.expired(nowMs(), 1)
    await redis.kill('SIGKILL')
    const calls = [book.expired(nowMs(), 1), book.forget([key]), book.holders([key]), book.revoke([key])]
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome.status === 'rejected' && outcome.reason).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    }
  })

  it('finds a dead lease whose owner had renewed it after Redis lost everything', async () => {
    const ledger = new RedisAttemptLedger(client, 'h:')
    const book = new RedisLeaseBook(client, { prefix: 'h:', nowMs })
    await ledger.claim([key], 'a', 60_000)
    await client.flushall()
    await client.script('FLUSH')
    // Workers renew every two seconds or more often; after one of them the run is entered again too.
    await vi.waitFor(
      async () => {
        expect(await ledger.renew([key], 'a', 5)).toEqual([])
        await passed(client, 10)
        expect(await book.expired(nowMs(), 10)).toEqual([key])
      },
      { timeout: 20_000, interval: 100 },
    )
  })
})
