// The workers that are alive, as they say in Redis.

import { type RedisClient, type Script, scriptOf } from '../../../shared/adapters/redis/connection.ts'
import { liveWorkersKey } from '../../../shared/adapters/redis/zone-keys.ts'
import { assert } from '../../../shared/base/assert.ts'
import { isJsonObject, parseJson } from '../../../shared/base/json.ts'
import { zones } from '../../../shared/base/layer.ts'
import type { LiveWorker, ZoneDirectory } from '../../ports/zone-directory.ts'

export class RedisZoneDirectory implements ZoneDirectory {
  readonly #key: string
  readonly #nowMs: () => number
  readonly #liveWorkers: Script

  /** `prefix` begins every key, and is that of the workers. */
  constructor(client: RedisClient, options: { readonly prefix: string; readonly nowMs: () => number }) {
    this.#key = liveWorkersKey(options.prefix)
    this.#nowMs = options.nowMs
    this.#liveWorkers = scriptOf(client, new URL('./scripts/live-workers-1.lua', import.meta.url))
  }

  async workers(): Promise<readonly LiveWorker[]> {
    const reply = await this.#liveWorkers(this.#key)
    assert(Array.isArray(reply), 'the script gives a list')
    const entries = reply as readonly unknown[]
    const workers: LiveWorker[] = []
    for (let index = 0; index < entries.length; index += 2) {
      const worker = workerOf(String(entries[index + 1]), this.#nowMs() - Number(entries[index]))
      if (worker !== undefined) workers.push(worker)
    }
    return workers
  }
}

/** Undefined for what a newer version says and this one does not understand. */
function workerOf(text: string, seenAtMs: number): LiveWorker | undefined {
  const notice = parseJson(text)
  if (!isJsonObject(notice)) return undefined
  const { owner, version, capacity, running } = notice
  const zone = zones.find((known) => known === notice.zone)
  if (zone === undefined || typeof owner !== 'string') return undefined
  return {
    zone,
    owner,
    version: String(version),
    capacity: Number(capacity),
    running: Number(running),
    seenAtMs,
  }
}
