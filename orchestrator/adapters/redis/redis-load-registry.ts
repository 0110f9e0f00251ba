// Last loads in Redis: one hash per tenant.

import {
  type RedisClient,
  replied,
  type Script,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import type { LastLoad, LoadRegistry } from '../../ports/load-registry.ts'
import { type RedisKeys, redisKeys } from './redis-keys.ts'

/** Loads per call: a result may have 64 KiB. */
const LOADS_PER_CALL = 100

export class RedisLoadRegistry implements LoadRegistry {
  readonly #client: RedisClient
  readonly #keys: RedisKeys
  readonly #rememberLoads: Script

  /** `prefix` begins every key. */
  constructor(client: RedisClient, prefix: string) {
    this.#client = client
    this.#keys = redisKeys(prefix)
    this.#rememberLoads = scriptOf(client, new URL('./scripts/remember-loads-1.lua', import.meta.url))
  }

  async remember(tenant: string, loads: readonly LastLoad[]): Promise<void> {
    const key = this.#keys.loads(tenant)
    for (const part of partsOf(loads)) {
      const triples = part.map((load) => [load.objectId, load.loadedAtMs, JSON.stringify(load)])
      await this.#rememberLoads(key, ...triples.flat())
    }
  }

  async lastLoads(tenant: string, objectIds: readonly string[]): Promise<ReadonlyMap<string, LastLoad>> {
    const key = this.#keys.loads(tenant)
    const found = new Map<string, LastLoad>()
    for (const part of partsOf(objectIds)) {
      for (const value of await replied(this.#client.hmget(key, ...part))) {
        if (value === null) continue
        const load = JSON.parse(value.slice(value.indexOf(' ') + 1)) as LastLoad
        found.set(load.objectId, load)
      }
    }
    return found
  }
}

function partsOf<Element>(list: readonly Element[]): readonly (readonly Element[])[] {
  const count = Math.ceil(list.length / LOADS_PER_CALL)
  return Array.from({ length: count }, (_, part) =>
    list.slice(part * LOADS_PER_CALL, (part + 1) * LOADS_PER_CALL),
  )
}
