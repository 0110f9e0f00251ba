// The zones' attempts in Redis as the orchestrator sees them: whose leases ran out, who holds what, and what is revoked.

import {
  type AttemptKeys,
  attemptKeys,
  attemptNamed,
  nameWithinRun,
} from '../../../shared/adapters/redis/attempt-keys.ts'
import {
  type RedisClient,
  replied,
  type Script,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import { chunksPerRun, repliesPerRun } from '../../../shared/adapters/redis/run-chunks.ts'
import { assert } from '../../../shared/base/assert.ts'
import type { AttemptName, Holder, LeaseBook } from '../../ports/lease-book.ts'

const ATTEMPTS_PER_CALL = 500

/** A revocation is known for this long: as long as workers remember what an attempt answered. */
const REVOKED_MS = 4 * 3_600_000

/** A run without leases is looked at for this long after its last sign of some: workers enter it once a second. */
const QUIET_RUN_MS = 600_000

interface DeadLease {
  readonly attempt: AttemptName
  readonly deadForMs: number
}

export class RedisLeaseBook implements LeaseBook {
  readonly #client: RedisClient
  readonly #keys: AttemptKeys
  readonly #nowMs: () => number
  readonly #expiredAttempts: Script
  readonly #forgetLeases: Script
  readonly #readHolders: Script
  readonly #revokeAttempts: Script

  /** `prefix` begins every key, and is that of the workers. */
  constructor(client: RedisClient, options: { readonly prefix: string; readonly nowMs: () => number }) {
    const script = (file: string) => scriptOf(client, new URL(`./scripts/${file}`, import.meta.url))
    this.#client = client
    this.#keys = attemptKeys(options.prefix)
    this.#nowMs = options.nowMs
    this.#expiredAttempts = script('expired-attempts-1.lua')
    this.#forgetLeases = script('forget-leases-1.lua')
    this.#readHolders = script('read-holders-1.lua')
    this.#revokeAttempts = script('revoke-attempts-1.lua')
  }

  /** Leases end by the clock of Redis: how far it is from this machine's does not matter. */
  async expired(
    beforeMs: number,
    limit: number,
    rests: (attempt: AttemptName) => boolean = () => false,
  ): Promise<readonly AttemptName[]> {
    const deadForMs = Math.max(0, Math.floor(this.#nowMs() - beforeMs))
    const entries = await replied(this.#client.zrange(this.#keys.runs, 0, '-1', 'WITHSCORES'))
    const quiet: string[] = []
    const looks = entries.flatMap((runId, index) => {
      if (index % 2 === 1) return []
      const isOld = Number(entries[index + 1]) < this.#nowMs() - QUIET_RUN_MS
      return [this.#expiredOf(runId, deadForMs, limit, () => isOld && quiet.push(runId))]
    })
    const dead = (await Promise.all(looks)).flat()
    if (quiet.length > 0) await replied(this.#client.zrem(this.#keys.runs, ...quiet))
    return dead
      .filter(({ attempt }) => !rests(attempt))
      .sort((a, b) => b.deadForMs - a.deadForMs)
      .slice(0, limit)
      .map(({ attempt }) => attempt)
  }

  async #expiredOf(runId: string, deadForMs: number, limit: number, empty: () => void) {
    const reply = await this.#expiredAttempts(`${this.#keys.base(runId)}leases`, deadForMs, limit)
    assert(Array.isArray(reply), 'the script gives a list')
    const [leases, ...pairs] = reply as readonly unknown[]
    if (leases === 0) empty()
    const dead: DeadLease[] = []
    for (let index = 0; index < pairs.length; index += 2) {
      const attempt = attemptNamed(runId, String(pairs[index]))
      dead.push({ attempt, deadForMs: Number(pairs[index + 1]) })
    }
    return dead
  }

  async forget(attempts: readonly AttemptName[]): Promise<void> {
    await this.#perRun(attempts, (base, names) => this.#forgetLeases(`${base}leases`, ...names))
  }

  async holders(attempts: readonly AttemptName[]): Promise<readonly Holder[]> {
    const replies = await repliesPerRun(attempts, ATTEMPTS_PER_CALL, (runId, part) =>
      this.#readHolders(this.#keys.base(runId), ...part.map(nameWithinRun)),
    )
    return replies.map((reply) => holderOf(reply, this.#nowMs()))
  }

  async revoke(attempts: readonly AttemptName[]): Promise<void> {
    await this.#perRun(attempts, (base, names) => this.#revokeAttempts(base, REVOKED_MS, ...names))
  }

  async #perRun(
    attempts: readonly AttemptName[],
    call: (base: string, names: readonly string[]) => Promise<unknown>,
  ): Promise<void> {
    const calls = chunksPerRun(attempts, ATTEMPTS_PER_CALL).map(({ runId, items }) =>
      call(this.#keys.base(runId), items.map(nameWithinRun)),
    )
    await Promise.all(calls)
  }
}

function holderOf(reply: unknown, nowMs: number): Holder {
  if (typeof reply !== 'string') return { kind: reply === 1 ? 'over' : 'free' }
  const blank = reply.indexOf(' ')
  return { kind: 'held', owner: reply.slice(blank + 1), untilMs: nowMs + Number(reply.slice(0, blank)) }
}
