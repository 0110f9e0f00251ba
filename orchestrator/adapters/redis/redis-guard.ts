// What a Redis server is and how it keeps data; refuses one that may throw away runs when memory is short.

import { type RedisClient, replied } from '../../../shared/adapters/redis/connection.ts'
import { Fault } from '../../../shared/base/fault.ts'
import type { Logger } from '../../../shared/ports/logger.ts'

/** What cannot be learnt (managed servers forbid some commands) is undefined. */
export interface RedisReport {
  readonly version: string | undefined
  /** `maxmemory-policy`: what happens when memory is short. */
  readonly evictionPolicy: string | undefined
  /** 0: no limit. */
  readonly maxMemoryBytes: number | undefined
  /** Whether every write goes to an append-only file. */
  readonly hasAppendOnlyFile: boolean | undefined
  /** When that file is forced to the disk: always, everysec or no. */
  readonly appendFsync: string | undefined
}

/** Asks the server. Rejects with STORE_UNAVAILABLE when it does not answer; a refused question leaves its answer undefined. */
export async function inspectRedis(client: RedisClient): Promise<RedisReport> {
  const [info, policy, fsync] = await Promise.all([
    unlessRefused(client.info()),
    configOf(client, 'maxmemory-policy'),
    configOf(client, 'appendfsync'),
  ])
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info ?? '')?.[1]
  const maxMemory = field('maxmemory')
  const appendOnly = field('aof_enabled')
  return {
    version: field('redis_version'),
    evictionPolicy: policy ?? field('maxmemory_policy'),
    maxMemoryBytes: maxMemory === undefined ? undefined : Number(maxMemory),
    hasAppendOnlyFile: appendOnly === undefined ? undefined : appendOnly === '1',
    appendFsync: fsync,
  }
}

async function configOf(client: RedisClient, name: string): Promise<string | undefined> {
  const reply = (await unlessRefused(client.config('GET', name))) as readonly string[] | undefined
  return reply?.[1]
}

async function unlessRefused<Reply>(reply: Promise<Reply>): Promise<Reply | undefined> {
  try {
    return await replied(reply)
  } catch (error) {
    if (error instanceof Fault && error.code === 'STORE_REFUSED') return undefined
    throw error
  }
}

export interface RedisGuardOptions {
  /** `REDIS_ALLOW_EVICTION`: a server that may evict is only warned about. */
  readonly allowEviction: boolean
}

/**
 * For the start of a program: rejects with STORE_UNSAFE when the server may evict keys, unless that is
 * allowed, and with STORE_REFUSED when it does not take the password; warns where it cannot be known and where a crash of the server would lose what it holds.
 */
export async function guardRedis(
  client: RedisClient,
  options: RedisGuardOptions,
  logger: Logger,
): Promise<RedisReport> {
  // The questions below may be forbidden to us, this one may not.
  await replied(client.ping())
  const report = await inspectRedis(client)
  const trouble = evictionTrouble(report)
  if (trouble?.isCertain && !options.allowEviction) {
    throw new Fault('STORE_UNSAFE', trouble.message, { detail: { policy: report.evictionPolicy } })
  }
  if (trouble !== undefined) logger.warn(trouble.message, { policy: report.evictionPolicy })
  if (report.hasAppendOnlyFile === false) {
    logger.warn('Redis keeps no append-only file: after a crash of it runs are rebuilt from the journal')
  }
  logger.info('Redis is ready', { ...report })
  return report
}

/** Why this server may lose keys while it runs, in words for operators; undefined: it does not. */
export function evictionTrouble(
  report: RedisReport,
): { readonly isCertain: boolean; readonly message: string } | undefined {
  const { evictionPolicy } = report
  if (evictionPolicy === 'noeviction') return undefined
  const how =
    'set it with "CONFIG SET maxmemory-policy noeviction" (and in redis.conf or the console of your provider)'
  if (evictionPolicy === undefined) {
    return { isCertain: false, message: `the maxmemory-policy of Redis could not be read; make sure: ${how}` }
  }
  return {
    isCertain: true,
    message:
      `Redis may throw away runs when memory is short: its maxmemory-policy is ${evictionPolicy} and must be ` +
      `noeviction; ${how}, or accept the risk with REDIS_ALLOW_EVICTION=true`,
  }
}
