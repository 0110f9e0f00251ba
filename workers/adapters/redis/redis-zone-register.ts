// Workers that are alive, in Redis: one field each in one hash.

import {
  type RedisClient,
  replied,
  type Script,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import { liveWorkersKey } from '../../../shared/adapters/redis/zone-keys.ts'
import type { WorkerNotice, ZoneRegister } from '../../ports/zone-register.ts'

export class RedisZoneRegister implements ZoneRegister {
  readonly #client: RedisClient
  readonly #key: string
  readonly #announceWorker: Script

  /** `prefix` begins every key. */
  constructor(client: RedisClient, prefix: string) {
    this.#client = client
    this.#key = liveWorkersKey(prefix)
    this.#announceWorker = scriptOf(client, new URL('./scripts/announce-worker-1.lua', import.meta.url))
  }

  async announce(notice: WorkerNotice, ttlMs: number): Promise<void> {
    await this.#announceWorker(this.#key, fieldOf(notice), Math.ceil(ttlMs), JSON.stringify(notice))
  }

  async withdraw(notice: Pick<WorkerNotice, 'zone' | 'owner'>): Promise<void> {
    await replied(this.#client.hdel(this.#key, fieldOf(notice)))
  }
}

function fieldOf({ zone, owner }: Pick<WorkerNotice, 'zone' | 'owner'>): string {
  return `${zone}/${owner}`
}
