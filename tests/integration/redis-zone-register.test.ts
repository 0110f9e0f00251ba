// The register of workers on a real Redis, and the directory that reads it.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { RedisZoneDirectory } from '../../orchestrator/adapters/redis/redis-zone-directory.ts'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { RedisZoneRegister } from '../../workers/adapters/redis/redis-zone-register.ts'
import { zoneRegisterContract } from '../contract/zone-register.contract.ts'
import { describeWithBrokers, describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { passed } from '../support/redis-time.ts'

const nowMs = () => Date.now()
const notice = { zone: 'ingestion', owner: 'a', version: '1', capacity: 1, running: 0 } as const

describeWithBrokers('RedisZoneRegister', (brokers) => {
  let client: RedisClient
  beforeAll(() => {
    client = connectRedis({ url: brokers.redis }, silentLogger)
  })
  afterAll(() => closeRedis(client))

  zoneRegisterContract(() => {
    const { prefix } = ownNames('register')
    return {
      register: new RedisZoneRegister(client, prefix),
      directory: new RedisZoneDirectory(client, { prefix, nowMs }),
      nowMs,
      pass: (ms) => passed(client, ms),
    }
  })

  it('leaves nothing behind of workers that died', async () => {
    const { prefix } = ownNames('register')
    const register = new RedisZoneRegister(client, prefix)
    await register.announce(notice, 20)
    await register.announce({ ...notice, owner: 'b' }, 60_000)
    await passed(client, 30)
    await new RedisZoneDirectory(client, { prefix, nowMs }).workers()
    expect(await client.hkeys(`${prefix}workers`)).toEqual(['ingestion/b'])
    expect(await client.pttl(`${prefix}workers`)).toBeGreaterThan(0)
  })

  it('passes over what it does not understand', async () => {
    const { prefix } = ownNames('register')
    const untilMs = Date.now() + 60_000
    const unreadable = ['no json', '[]', '{"zone":"moon","owner":"a"}', '{"zone":"ingestion"}']
    const fields = unreadable.flatMap((text, index) => [`x/${index}`, `${Date.now()} ${untilMs} ${text}`])
    await client.hset(`${prefix}workers`, ...fields, 'y', 'nothing of ours')
    expect(await new RedisZoneDirectory(client, { prefix, nowMs }).workers()).toEqual([])
    await client.del(`${prefix}workers`)
  })
})

describeWithOwnBrokers('RedisZoneRegister in trouble', ['redis'], () => {
  it('refuses every call as STORE_UNAVAILABLE while Redis is dead', async () => {
    const redis = new LocalRedis()
    await redis.start()
    const client = connectRedis({ url: redis.url, commandTimeoutMs: 400 }, silentLogger)
    const register = new RedisZoneRegister(client, 'h:')
    await register.announce(notice, 1_000)
    await redis.kill('SIGKILL')
    const directory = new RedisZoneDirectory(client, { prefix: 'h:', nowMs })
    const calls = [register.announce(notice, 1_000), register.withdraw(notice), directory.workers()]
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome.status === 'rejected' && outcome.reason).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    }
    await closeRedis(client)
    await redis.stop()
  })
})
