// The attempt ledger on a real Redis, alone and as a node of a cluster, and when it is away or loses a reply.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { RedisAttemptLedger } from '../../workers/adapters/redis/redis-attempt-ledger.ts'
import { attemptLedgerContract } from '../contract/attempt-ledger.contract.ts'
import { describeWithBrokers, describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { clusterNodeOfSuite } from '../support/brokers/own-redis.ts'
import { passed } from '../support/redis-time.ts'
import { ReplyLosingProxy } from '../support/reply-losing-proxy.ts'

const leaseMs = 60_000
const keepMs = 600_000
const key = { runId: 'r', objectId: '1', attempt: 1 }

function contract(client: () => RedisClient): void {
  attemptLedgerContract(() => ({
    ledger: new RedisAttemptLedger(client(), ownNames('ledger').prefix),
    pass: (ms) => passed(client(), ms),
  }))
}

describeWithBrokers('RedisAttemptLedger', (brokers) => {
  let client: RedisClient
  beforeAll(() => {
    client = connectRedis({ url: brokers.redis }, silentLogger)
  })
  afterAll(() => closeRedis(client))

  contract(() => client)

  it('leaves nothing behind that does not expire', async () => {
    const { prefix } = ownNames('ledger')
    const ledger = new RedisAttemptLedger(client, prefix)
    await ledger.claim([key, { ...key, objectId: '2' }], 'a', leaseMs)
    await ledger.claim([{ ...key, attempt: 2 }], 'a', leaseMs)
    await ledger.finish([{ key, answer: 'x' }], keepMs)
    const names = (await client.keys(`${prefix}attempt:*`)).toSorted()
    const ends = ['1:1', '1:2', '2:1', 'leases', 'newest']
    expect(names).toEqual(ends.map((end) => `${prefix}attempt:{r}:${end}`))
    for (const name of names) expect(await client.pttl(name)).toBeGreaterThan(0)
    // The one list of runs is kept short by whoever looks for dead leases.
    expect(await client.keys(`${prefix}*`)).toHaveLength(names.length + 1)
  })
})

describeWithOwnBrokers('RedisAttemptLedger on a node of a cluster', ['redis'], () => {
  const client = clusterNodeOfSuite()

  contract(client)
})

describeWithOwnBrokers('RedisAttemptLedger in trouble', ['redis'], () => {
  let redis: LocalRedis
  const clients: RedisClient[] = []
  const open = (url: string) => {
    const client = connectRedis({ url, commandTimeoutMs: 400 }, silentLogger)
    clients.push(client)
    return { client, ledger: new RedisAttemptLedger(client, 'h:') }
  }

  beforeEach(async () => {
    redis = new LocalRedis()
    await redis.start()
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map(closeRedis))
    await redis.stop()
  })

  it('refuses every call as STORE_UNAVAILABLE while Redis is dead, and works again when it is back', async () => {
    const { ledger } = open(redis.url)
    await ledger.claim([key], 'a', leaseMs)
    await redis.kill('SIGKILL')
    const calls = [
      ledger.claim([key], 'a', leaseMs),
      ledger.renew([key], 'a', leaseMs),
      ledger.finish([{ key, answer: 'x' }], keepMs),
      ledger.release([key], 'a'),
      ledger.ping(),
    ]
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome.status === 'rejected' && outcome.reason).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    }
    await redis.start()
    await vi.waitFor(() => ledger.ping(), 20_000)
    expect(await ledger.finish([{ key, answer: 'x' }], keepMs)).toEqual(['x'])
  })

  it('gives a claim, and keeps an answer, once when the reply is lost', async () => {
    const proxy = new ReplyLosingProxy(redis.url)
    const client = connectRedis({ url: await proxy.start(), commandTimeoutMs: 10_000 }, silentLogger)
    clients.push(client)
    const ledger = new RedisAttemptLedger(client, 'h:')
    await ledger.ping()
    proxy.loseNextReply()
    expect(await ledger.claim([key], 'a', leaseMs)).toEqual([{ kind: 'claimed' }])
    await ledger.ping()
    proxy.loseNextReply()
    expect(await ledger.finish([{ key, answer: 'x' }], keepMs)).toEqual(['x'])
    expect(proxy.lost).toBe(2)
    await proxy.stop()
  })

  it('gives an attempt anew after Redis has lost everything, to whoever comes first', async () => {
    const { client, ledger } = open(redis.url)
    await ledger.claim([key], 'a', leaseMs)
    await client.flushall()
    await client.script('FLUSH')
    expect(await ledger.claim([key], 'b', leaseMs)).toEqual([{ kind: 'claimed' }])
    expect(await ledger.renew([key], 'a', leaseMs)).toEqual([{ key, because: 'lost' }])
  })
})
