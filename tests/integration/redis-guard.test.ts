// What a program says of the Redis it starts on, and which one it refuses.

import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { guardRedis, inspectRedis } from '../../orchestrator/adapters/redis/redis-guard.ts'
import { awaitRedis } from '../../orchestrator/await-redis.ts'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { type Logger, silentLogger } from '../../shared/ports/logger.ts'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import { recordingLogger } from '../support/recording-logger.ts'

describeWithOwnBrokers('guardRedis', ['redis'], () => {
  const redis = new LocalRedis()
  const clients: RedisClient[] = []
  const connect = (login = {}) => {
    const client = connectRedis({ url: redis.url, commandTimeoutMs: 1_000, ...login }, silentLogger)
    clients.push(client)
    return client
  }
  let admin: RedisClient

  beforeAll(async () => {
    await redis.start()
    admin = connect()
    await admin.acl('SETUSER', 'managed', 'on', '>secret', '~*', '+@all', '-config')
    await admin.acl('SETUSER', 'mute', 'on', '>secret', '~*', '+@all', '-config', '-info')
  })
  beforeEach(async () => {
    await admin.config('SET', 'maxmemory-policy', 'noeviction')
    await admin.config('SET', 'appendonly', 'yes')
  })
  afterAll(async () => {
    await Promise.all(clients.map(closeRedis))
    await redis.stop()
  })

  it('reports version, policy and persistence', async () => {
    expect(await inspectRedis(admin)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      evictionPolicy: 'noeviction',
      maxMemoryBytes: 0,
      hasAppendOnlyFile: true,
      appendFsync: 'everysec',
    })
  })

  it('accepts a server that keeps what it is given, without a warning', async () => {
    const logger = recordingLogger()
    await guardRedis(admin, { allowEviction: false }, logger)
    expect(logger.messages('warn')).toEqual([])
  })

  it('refuses a server that may evict, and says how to change it and how to override', async () => {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')
    const refusal = guardRedis(admin, { allowEviction: false }, silentLogger)
    await expect(refusal).rejects.toMatchObject({ code: 'STORE_UNSAFE', retryable: false })
    await expect(refusal).rejects.toThrow(
      /allkeys-lru.*CONFIG SET maxmemory-policy noeviction.*REDIS_ALLOW_EVICTION=true/,
    )
  })

  it('only warns of a server that may evict when that is allowed', async () => {
    await admin.config('SET', 'maxmemory-policy', 'volatile-ttl')
    const logger = recordingLogger()
    const report = await guardRedis(admin, { allowEviction: true }, logger)
    expect(report.evictionPolicy).toBe('volatile-ttl')
    expect(logger.messages('warn')).toEqual([expect.stringContaining('volatile-ttl')])
  })

  it('knows the policy of a managed server that forbids CONFIG', async () => {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lfu')
    const managed = connect({ username: 'managed', password: 'secret' })
    expect(await inspectRedis(managed)).toMatchObject({
      evictionPolicy: 'allkeys-lfu',
      appendFsync: undefined,
    })
    await expect(guardRedis(managed, { allowEviction: false }, silentLogger)).rejects.toThrow('allkeys-lfu')
  })

  it('only warns where the policy cannot be read at all', async () => {
    const logger = recordingLogger()
    const client = connect({ username: 'mute', password: 'secret' })
    const report = await guardRedis(client, { allowEviction: false }, logger)
    expect(report).toEqual({})
    expect(logger.messages('warn')).toEqual([expect.stringContaining('could not be read')])
  })

  it('warns of a server that loses everything when it crashes', async () => {
    await admin.config('SET', 'appendonly', 'no')
    const logger = recordingLogger()
    await guardRedis(admin, { allowEviction: false }, logger)
    expect(logger.messages('warn')).toEqual([expect.stringContaining('append-only file')])
  })

  it('refuses a server that does not take the password', async () => {
    const stranger = connect({ username: 'managed', password: 'wrong' })
    const refusal = guardRedis(stranger, { allowEviction: true }, silentLogger)
    await expect(refusal).rejects.toMatchObject({ code: 'STORE_REFUSED' })
  })

  const persistence = (logger: Logger, signal = new AbortController().signal) => {
    return { clock: new SystemClock(), random: () => 0.5, logger, signal }
  }

  it('is waited for while the server refuses the password, and each try is in the log', async () => {
    const logger = recordingLogger()
    const client = connect({ username: 'late', password: 'secret' })
    const ready = awaitRedis(client, { allowEviction: false, prefix: 'guarded:' }, persistence(logger))
    await vi.waitFor(() => expect(logger.messages('warn').length).toBeGreaterThan(1), 20_000)
    expect(logger.lines.filter(({ level }) => level === 'warn')[0]).toMatchObject({
      message: 'cannot use Redis, trying again',
      fields: { error: expect.stringMatching(/WRONGPASS|NOAUTH/) },
    })
    await admin.acl('SETUSER', 'late', 'on', '>secret', '~*', '+@all')
    await ready
    expect(logger.messages('info')).toEqual(['Redis is ready'])
  })

  it('is not waited for when a newer release has written it, and a first release has', async () => {
    const client = connect()
    const ready = () =>
      awaitRedis(client, { allowEviction: true, prefix: 'newer:' }, persistence(silentLogger))
    await ready()
    expect(await admin.get('newer:format')).toBe('1')
    await admin.set('newer:format', '2')
    await expect(ready()).rejects.toMatchObject({
      code: 'FORMAT_NEWER',
      message: expect.stringContaining('of version 2, this program knows 1'),
    })
    await admin.del('newer:format')
  })

  it('is not waited for where it is unsafe', async () => {
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru')
    const waiting = awaitRedis(
      connect(),
      { allowEviction: false, prefix: 'guarded:' },
      persistence(silentLogger),
    )
    await expect(waiting).rejects.toMatchObject({ code: 'STORE_UNSAFE' })
  })

  it('rejects when no server answers', async () => {
    const nobody = connect({ url: 'redis://127.0.0.1:1' })
    await expect(inspectRedis(nobody)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })
})
