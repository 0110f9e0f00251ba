// Plans in Redis: a hash of numbered chunks that counts as a plan once it says how many they are.

import {
  type RedisClient,
  type RedisPipeline,
  replied,
  repliesOf,
} from '../../../shared/adapters/redis/connection.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Chunks per call. They are below a broker's message limit (1 MB), so a call stays below some MB. */
const CHUNKS_PER_CALL = 8

export class RedisPlans {
  readonly #client: RedisClient
  readonly #keys: RedisKeys
  readonly #retentionMs: number

  constructor(client: RedisClient, keys: RedisKeys, retentionMs: number) {
    this.#client = client
    this.#keys = keys
    this.#retentionMs = retentionMs
  }

  /** Keeps the plan for the retention from now on. The count comes last: half a plan has none. */
  async save(hash: string, chunks: readonly string[]): Promise<void> {
    const key = this.#keys.plan(hash)
    const look = this.renew(this.#client.pipeline(), hash).hexists(key, 'chunks')
    const [, isWhole] = await repliesOf(look)
    if (isWhole === 1) return
    for (let first = 0; first < chunks.length; first += CHUNKS_PER_CALL) {
      const part = chunks.slice(first, first + CHUNKS_PER_CALL)
      const fields = new Map(part.map((chunk, index) => [String(first + index), chunk]))
      await repliesOf(this.renew(this.#client.pipeline().hset(key, fields), hash))
    }
    await repliesOf(this.renew(this.#client.pipeline().hset(key, 'chunks', chunks.length), hash))
  }

  async load(hash: string): Promise<readonly string[] | undefined> {
    const key = this.#keys.plan(hash)
    const count = await replied(this.#client.hget(key, 'chunks'))
    if (count === null) return undefined
    const chunks: string[] = []
    while (chunks.length < Number(count)) {
      const wanted = Math.min(CHUNKS_PER_CALL, Number(count) - chunks.length)
      const fields = Array.from({ length: wanted }, (_, index) => String(chunks.length + index))
      for (const chunk of await replied(this.#client.hmget(key, ...fields))) {
        if (chunk === null) return undefined
        chunks.push(chunk)
      }
    }
    return chunks
  }

  /** Adds to `pipeline` that the plan, if it is there, is kept for the retention from now on. */
  renew(pipeline: RedisPipeline, hash: string): RedisPipeline {
    return pipeline.pexpire(this.#keys.plan(hash), this.#retentionMs)
  }
}
