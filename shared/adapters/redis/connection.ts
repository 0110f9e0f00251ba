// Connections to Redis that fail within a bound and come back by themselves: the only place that imports ioredis.

import { readFileSync } from 'node:fs'
import { type ChainableCommander, Redis, type RedisOptions } from 'ioredis'
import { assert } from '../../base/assert.ts'
import { Fault, messageOf } from '../../base/fault.ts'
import type { Logger } from '../../ports/logger.ts'
import { connectionLog } from './connection-log.ts'

export type RedisClient = Redis
export type RedisPipeline = ChainableCommander

export interface ConnectionOptions {
  /** `redis://` or `rediss://` (TLS) with everything in it; host and port are for those who have no URL. */
  readonly url?: string
  readonly host?: string
  readonly port?: number
  readonly username?: string
  readonly password?: string
  /** How the server lists this connection (`CLIENT LIST`). */
  readonly name?: string
  /** The longest a call waits for its answer, also while Redis is away, in milliseconds; 5,000 by default. */
  readonly commandTimeoutMs?: number
}

/** The longest pause between two attempts to reconnect: an outage is over for us soon after it is over. */
const RECONNECT_CAP_MS = 2_000

/**
 * A client that connects at once and reconnects for ever. While Redis is away its commands reject within
 * `commandTimeoutMs`. A command whose reply was lost is sent again by ioredis, perhaps after its caller was
 * told that it failed: every write must be safe to repeat, and safe when it comes late.
 */
export function connectRedis(options: ConnectionOptions, logger: Logger): RedisClient {
  const settings = settingsOf(options)
  const client = options.url === undefined ? new Redis(settings) : new Redis(options.url, settings)
  const log = connectionLog(logger, () => performance.now())
  client.on('error', log.failed)
  client.on('ready', log.ready)
  return client
}

function settingsOf(options: ConnectionOptions) {
  const { host, port, username, password, name, commandTimeoutMs = 5_000 } = options
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(name === undefined ? {} : { connectionName: name }),
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    // A peer that is gone without a goodbye (cable, frozen host) is given up, not only its commands.
    socketTimeout: commandTimeoutMs,
    // A blip is bridged; what waits longer is rejected, so that an outage does not fill the memory.
    maxRetriesPerRequest: 2,
    retryStrategy: (attempt: number) =>
      Math.min(RECONNECT_CAP_MS, 25 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2),
    // After a failover the old primary answers READONLY: look for the new one behind the same address.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    replyMapping: 'legacy' as const,
  } satisfies RedisOptions
}

/** Ends the connection when what was asked of it is answered, or at once when Redis is away. Safe to call twice. */
export async function closeRedis(client: RedisClient): Promise<void> {
  if (client.status === 'ready') await client.quit().catch(() => undefined)
  client.disconnect()
}

/** Replies with which Redis says "not now": somebody waits for a disk, a failover, a load, or for memory. */
const passing =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS|UNKILLABLE|ERR max number of clients)/

/** What went wrong in a call, as STORE_UNAVAILABLE (it may work later) or STORE_REFUSED (Redis answered no). */
export function storeFault(cause: unknown): Fault {
  if (cause instanceof Fault) return cause
  const message = messageOf(cause)
  const refused = cause instanceof Error && cause.name === 'ReplyError' && !passing.test(message)
  return refused
    ? new Fault('STORE_REFUSED', `Redis refused a command: ${message}`, { cause })
    : new Fault('STORE_UNAVAILABLE', `Redis does not answer${reasonOf(message)}`, { cause })
}

// What ioredis says of its own retries helps nobody who looks at a probe.
function reasonOf(message: string): string {
  return /max retries per request|Connection is closed|Command timed out/i.test(message) ? '' : `: ${message}`
}

/** The reply, or a rejection with the Fault it means. */
export async function replied<Reply>(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await reply
  } catch (error) {
    throw storeFault(error)
  }
}

/** Sends a pipeline (or a MULTI) and gives its replies in order; the first error rejects as the Fault it means. */
export async function repliesOf(pipeline: RedisPipeline): Promise<readonly unknown[]> {
  const results = await replied(pipeline.exec())
  assert(results !== null, 'only a WATCH makes Redis give up a transaction, and nobody watches')
  return results.map(([error, reply]) => {
    if (error !== null) throw storeFault(error)
    return reply
  })
}

export type ScriptArgument = string | number

/** One Lua script on one connection: sent by its digest, or whole where the server does not know it. */
export type Script = (...keysAndArguments: readonly ScriptArgument[]) => Promise<unknown>

/**
 * The script in `file`, whose name ends in its number of keys (`commit-run-3.lua`). It must be safe to repeat.
 * Rejects as `storeFault` says.
 */
export function scriptOf(client: RedisClient, file: URL): Script {
  const [, name, keys] = /([a-z-]+)-(\d+)\.lua$/.exec(file.pathname) ?? []
  assert(name !== undefined && keys !== undefined, `${file.pathname} is named <script>-<keys>.lua`)
  client.defineCommand(name, { lua: readFileSync(file, 'utf8'), numberOfKeys: Number(keys) })
  const call = Reflect.get(client, name) as Script
  return (...keysAndArguments) => replied(call.apply(client, [...keysAndArguments]))
}
