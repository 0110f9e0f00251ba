// Who works on which attempt, as the zones' attempt ledger in Redis has it. Only looks.

import { type RedisClient, repliesOf } from '../../../shared/adapters/redis/connection.ts'
import { at } from '../../../shared/base/assert.ts'
import type { AttemptName, Holder, LeaseBook } from '../../ports/lease-book.ts'
import { hashTag } from './redis-keys.ts'

const attemptsPerCall = 500

export class RedisHolders implements Pick<LeaseBook, 'holders'> {
  readonly #client: RedisClient
  readonly #prefix: string
  readonly #nowMs: () => number

  /** `prefix` begins every key. */
  constructor(client: RedisClient, prefix: string, nowMs: () => number) {
    this.#client = client
    this.#prefix = prefix
    this.#nowMs = nowMs
  }

  async holders(attempts: readonly AttemptName[]): Promise<readonly Holder[]> {
    const holders: Holder[] = []
    for (let first = 0; first < attempts.length; first += attemptsPerCall) {
      const part = attempts.slice(first, first + attemptsPerCall)
      const pipeline = this.#client.pipeline()
      for (const { runId, objectId, attempt } of part) {
        const key = `${this.#prefix}attempt:${hashTag(runId)}:${attempt}:${objectId}`
        pipeline.get(key).pttl(key)
      }
      const replies = await repliesOf(pipeline)
      for (const index of part.keys())
        holders.push(this.#holderOf(at(replies, 2 * index), at(replies, 2 * index + 1)))
    }
    return holders
  }

  #holderOf(entry: unknown, leftMs: unknown): Holder {
    if (typeof entry !== 'string') return { kind: 'free' }
    if (!entry.startsWith('held ')) return { kind: 'over' }
    return { kind: 'held', owner: entry.slice(5), untilMs: this.#nowMs() + Math.max(0, Number(leftMs)) }
  }
}
