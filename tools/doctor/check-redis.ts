// Looks at Redis: whether it answers, and whether it keeps what it is given.

import {
  evictionTrouble,
  inspectRedis,
  type RedisReport,
} from '../../orchestrator/adapters/redis/redis-guard.ts'
import { closeRedis, connectRedis } from '../../shared/adapters/redis/connection.ts'
import { messageOf } from '../../shared/base/fault.ts'
import { redisUrlOf } from '../../shared/config/mode.ts'
import type { RedisConfig } from '../../shared/config/shared-settings.ts'
import { type Logger, silentLogger } from '../../shared/ports/logger.ts'
import { type Check, fail, ok, warn } from './check.ts'

/** Never rejects. */
export async function checkRedis(config: RedisConfig): Promise<readonly Check[]> {
  const url = redisUrlOf(config)
  let reason: unknown
  const logger: Logger = {
    ...silentLogger,
    warn: (_, fields) => {
      reason ??= fields?.error
    },
  }
  const client = connectRedis({ url, name: 'millefeuille-doctor', commandTimeoutMs: 3_000 }, logger)
  try {
    const report = await inspectRedis(client)
    return [
      ok('redis', `answers at ${placeOf(url)}: version ${report.version ?? 'unknown'}`),
      ...keeping(report, config),
    ]
  } catch (error) {
    // The connection knows better why there was no answer than the command that waited for it.
    const why = reason === undefined ? messageOf(error) : String(reason)
    return [
      fail(
        'redis',
        `${placeOf(url)}: ${why}`,
        'start it, or correct REDIS_URL (or REDIS_HOST, REDIS_PORT, REDIS_PASSWORD)',
      ),
    ]
  } finally {
    await closeRedis(client)
  }
}

/** Without user and password. */
function placeOf(url: string): string {
  return new URL(url).host
}

function keeping(report: RedisReport, config: RedisConfig): readonly Check[] {
  return [policyCheck(report, config), persistenceCheck(report)]
}

function policyCheck(report: RedisReport, { allowEviction }: RedisConfig): Check {
  const trouble = evictionTrouble(report)
  if (trouble === undefined)
    return ok('redis policy', 'noeviction: nothing is thrown away when memory is short')
  const [message = '', advice = ''] = trouble.message.split('; ')
  return (trouble.isCertain && !allowEviction ? fail : warn)('redis policy', message, advice)
}

function persistenceCheck({ hasAppendOnlyFile, appendFsync }: RedisReport): Check {
  const name = 'redis persistence'
  if (hasAppendOnlyFile === undefined)
    return warn(name, 'it could not be read', 'make sure that appendonly is yes')
  const how = 'set appendonly yes, in redis.conf or with "CONFIG SET appendonly yes"'
  if (!hasAppendOnlyFile)
    return warn(
      name,
      'no append-only file: after a crash runs are rebuilt from the journal, which takes a while',
      how,
    )
  if (appendFsync === 'no')
    return warn(
      name,
      'appendfsync is no: the system decides when writes reach the disk',
      'set appendfsync everysec',
    )
  return ok(name, `append-only file, fsync ${appendFsync ?? 'unknown'}`)
}
