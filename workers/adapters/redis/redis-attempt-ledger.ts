// Attempts in Redis: one key each, which expires by itself; all attempts of a run that come together are one script call.

import { type AttemptKeys, attemptKeys, nameWithinRun } from '../../../shared/adapters/redis/attempt-keys.ts'
import {
  type RedisClient,
  replied,
  type Script,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import { chunksPerRun, repliesPerRun } from '../../../shared/adapters/redis/run-chunks.ts'
import { at } from '../../../shared/base/assert.ts'
import type { AttemptKey } from '../../core/attempt.ts'
import {
  type AttemptLedger,
  type Claim,
  type FinishedAttempt,
  type LostLease,
  lostLeases,
} from '../../ports/attempt-ledger.ts'
import { LeasedRuns } from './leased-runs.ts'

/** Attempts per call: Redis does nothing else meanwhile, and an answer may have 64 KiB. */
const ATTEMPTS_PER_CALL = 500
const ANSWERS_PER_CALL = 100

/** What a run leaves behind beside its answers (its index of leases, its newest attempts) is kept this long after the last claim: runs may take days. */
const KEEP_INDEX_MS = 7 * 86_400_000

/** Every script may run twice and late: ioredis sends a call again whose reply was lost. */
export class RedisAttemptLedger implements AttemptLedger {
  readonly #client: RedisClient
  readonly #keys: AttemptKeys
  readonly #runs: LeasedRuns
  readonly #claimAttempts: Script
  readonly #finishAttempts: Script
  readonly #releaseAttempts: Script

  /** `prefix` begins every key. */
  constructor(client: RedisClient, prefix: string) {
    const script = (file: string) => scriptOf(client, new URL(`./scripts/${file}`, import.meta.url))
    this.#client = client
    this.#keys = attemptKeys(prefix)
    this.#runs = new LeasedRuns(client, this.#keys.runs)
    this.#claimAttempts = script('claim-attempts-1.lua')
    this.#finishAttempts = script('finish-attempts-1.lua')
    this.#releaseAttempts = script('release-attempts-1.lua')
  }

  async claim(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly Claim[]> {
    const claim = (runId: string, part: readonly AttemptKey[]) => {
      const names = part.map(nameWithinRun)
      return this.#claimAttempts(this.#keys.base(runId), owner, Math.ceil(leaseMs), KEEP_INDEX_MS, ...names)
    }
    const entered = this.#runs.enter(keys)
    const [replies] = await Promise.all([repliesPerRun(keys, ATTEMPTS_PER_CALL, claim), entered])
    return replies.map(claimOf)
  }

  async renew(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly LostLease[]> {
    return lostLeases(keys, await this.claim(keys, owner, leaseMs))
  }

  async finish(finished: readonly FinishedAttempt[], keepMs: number): Promise<readonly string[]> {
    const keyed = finished.map(({ key, answer }) => ({ ...key, answer }))
    const replies = await repliesPerRun(keyed, ANSWERS_PER_CALL, (runId, part) => {
      const pairs = part.flatMap((one) => [nameWithinRun(one), one.answer])
      return this.#finishAttempts(this.#keys.base(runId), Math.ceil(keepMs), ...pairs)
    })
    return replies.map((reply, index) => (typeof reply === 'string' ? reply : at(finished, index).answer))
  }

  async release(keys: readonly AttemptKey[], owner: string): Promise<void> {
    const calls = chunksPerRun(keys, ATTEMPTS_PER_CALL).map(({ runId, items }) =>
      this.#releaseAttempts(this.#keys.base(runId), owner, ...items.map(nameWithinRun)),
    )
    await Promise.all(calls)
  }

  async ping(): Promise<void> {
    await replied(this.#client.ping())
  }
}

function claimOf(reply: unknown): Claim {
  if (typeof reply === 'string') return { kind: 'done', answer: reply }
  const number = Number(reply)
  if (number === -1) return { kind: 'revoked' }
  if (number === -2) return { kind: 'superseded' }
  return number === 0 ? { kind: 'claimed' } : { kind: 'held', leaseLeftMs: number }
}
