// Waits at the start of the program for a Redis that answers and takes the password; refuses one that is not safe.

import type { RedisClient } from '../shared/adapters/redis/connection.ts'
import { guardFormat } from '../shared/adapters/redis/house-format.ts'
import { Fault, isRetryable } from '../shared/base/fault.ts'
import { insist, type Persistence } from '../shared/service/insist.ts'
import { guardRedis, type RedisGuardOptions } from './adapters/redis/redis-guard.ts'

/**
 * Resolves when Redis is ready, or when nobody waits any more. What Redis refuses (a password that is being
 * changed, a permission) is waited for, as in operation: each try is in the log. Rejects with STORE_UNSAFE, and with
 * FORMAT_NEWER.
 */
export async function awaitRedis(
  redis: RedisClient,
  options: RedisGuardOptions & { readonly prefix: string },
  persistence: Omit<Persistence, 'worthwhile'>,
): Promise<void> {
  const guard = async () => {
    await guardRedis(redis, options, persistence.logger)
    await guardFormat(redis, options.prefix)
  }
  await insist('use Redis', guard, { ...persistence, worthwhile: mayBeMended })
}

function mayBeMended(error: unknown): boolean {
  if (error instanceof Fault && error.code === 'FORMAT_NEWER') return false
  return isRetryable(error) || (error instanceof Fault && error.code === 'STORE_REFUSED')
}
