// Attempts in Redis: one key each, which expires by itself; all attempts of a run that come together are one script call.

import {
  type RedisClient,
  replied,
  type Script,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import { assert, at } from '../../../shared/base/assert.ts'
import type { AttemptKey } from '../../core/attempt.ts'
import type { AttemptLedger, Claim, FinishedAttempt } from '../../ports/attempt-ledger.ts'

/** Attempts per call: Redis does nothing else meanwhile, and an answer may have 64 KiB. */
const ATTEMPTS_PER_CALL = 500
const ANSWERS_PER_CALL = 100

/** Every script may run twice and late: ioredis sends a call again whose reply was lost. */
export class RedisAttemptLedger implements AttemptLedger {
  readonly #client: RedisClient
  readonly #prefix: string
  readonly #claimAttempts: Script
  readonly #finishAttempts: Script
  readonly #releaseAttempts: Script

  /** `prefix` begins every key. */
  constructor(client: RedisClient, prefix: string) {
    const script = (file: string) => scriptOf(client, new URL(`./scripts/${file}`, import.meta.url))
    this.#client = client
    this.#prefix = prefix
    this.#claimAttempts = script('claim-attempts-1.lua')
    this.#finishAttempts = script('finish-attempts-1.lua')
    this.#releaseAttempts = script('release-attempts-1.lua')
  }

  async claim(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly Claim[]> {
    const replies = await this.#perRun(keys, ATTEMPTS_PER_CALL, (base, part) =>
      this.#claimAttempts(base, owner, Math.ceil(leaseMs), ...part.map(nameWithinRun)),
    )
    return replies.map(claimOf)
  }

  async renew(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly AttemptKey[]> {
    const claims = await this.claim(keys, owner, leaseMs)
    return keys.filter((_, index) => at(claims, index).kind !== 'claimed')
  }

  async finish(finished: readonly FinishedAttempt[], keepMs: number): Promise<readonly string[]> {
    const keyed = finished.map(({ key, answer }) => ({ ...key, answer }))
    const replies = await this.#perRun(keyed, ANSWERS_PER_CALL, (base, part) => {
      const pairs = part.flatMap((one) => [nameWithinRun(one), one.answer])
      return this.#finishAttempts(base, Math.ceil(keepMs), ...pairs)
    })
    return replies.map((reply, index) => (typeof reply === 'string' ? reply : at(finished, index).answer))
  }

  async release(keys: readonly AttemptKey[], owner: string): Promise<void> {
    const release = (base: string, part: readonly AttemptKey[]) =>
      this.#releaseAttempts(base, owner, ...part.map(nameWithinRun))
    await Promise.all(
      chunksPerRun(keys, ATTEMPTS_PER_CALL).map(({ runId, items }) => release(this.#base(runId), items)),
    )
  }

  async ping(): Promise<void> {
    await replied(this.#client.ping())
  }

  /** One call per run and chunk, all on their way at once; the replies in the order of `items`. */
  async #perRun<Item extends AttemptKey>(
    items: readonly Item[],
    most: number,
    call: (base: string, part: readonly Item[]) => Promise<unknown>,
  ): Promise<readonly unknown[]> {
    const replies = new Array<unknown>(items.length)
    const chunks = chunksPerRun(items, most).map(async ({ runId, items: part, places }) => {
      const reply = await call(this.#base(runId), part)
      assert(Array.isArray(reply) && reply.length === part.length, 'a script answers for each attempt')
      for (const [index, place] of places.entries()) replies[place] = reply[index]
    })
    await Promise.all(chunks)
    return replies
  }

  #base(runId: string): string {
    return `${this.#prefix}attempt:${tag(runId)}:`
  }
}

interface Chunk<Item> {
  readonly runId: string
  readonly items: Item[]
  /** Where each item stood in the list. */
  readonly places: number[]
}

function chunksPerRun<Item extends AttemptKey>(items: readonly Item[], most: number): readonly Chunk<Item>[] {
  const chunks: Chunk<Item>[] = []
  const open = new Map<string, Chunk<Item>>()
  for (const [place, item] of items.entries()) {
    let chunk = open.get(item.runId)
    if (chunk === undefined || chunk.items.length === most) {
      chunk = { runId: item.runId, items: [], places: [] }
      open.set(item.runId, chunk)
      chunks.push(chunk)
    }
    chunk.items.push(item)
    chunk.places.push(place)
  }
  return chunks
}

function nameWithinRun({ attempt, objectId }: AttemptKey): string {
  return `${attempt}:${objectId}`
}

function claimOf(reply: unknown): Claim {
  if (typeof reply === 'string') return { kind: 'done', answer: reply }
  const leaseLeftMs = Number(reply)
  return leaseLeftMs === 0 ? { kind: 'claimed' } : { kind: 'held', leaseLeftMs }
}

/** `text` as a hash tag. A tag ends at its first `}` and an empty one is none: neither may come from the text. */
function tag(text: string): string {
  return text === '' ? '{%}' : `{${text.replace(/[%{}]/g, encodeURIComponent)}}`
}
