// A Redis of a test that has lost nothing: for stores that are tried without what restores them.

import { redisKeys } from '../../../orchestrator/adapters/redis/redis-keys.ts'
import type { RedisClient } from '../../../shared/adapters/redis/connection.ts'

/** For the house of `prefix`, before anything that is asked of `client` afterwards. */
export function makeWhole(client: RedisClient, prefix: string): void {
  // A Redis that refuses this refuses what the test asks next, and there somebody listens.
  client.set(redisKeys(prefix).whole, 'a test').catch(() => {})
}
