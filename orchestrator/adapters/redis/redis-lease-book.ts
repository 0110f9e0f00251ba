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
import { assert, at } from '../../../shared/base/assert.ts'
import type { AttemptName, Holder, LeaseBook } from '../../ports/lease-book.ts'
import { type ListedRun, QuietRuns } from './quiet-runs.ts'

const ATTEMPTS_PER_CALL = 500

/** A revocation is known for this long: as long as workers remember what an attempt answered. */
const REVOKED_MS = 4 * 3_600_000

/** So many runs are asked at a time. */
const RUNS_AT_ONCE = 100

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
  readonly #quitRuns: Script
  readonly #quiet: QuietRuns
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
    this.#quitRuns = script('quit-runs-1.lua')
    this.#quiet = new QuietRuns(options.nowMs)
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
    const runs = await this.#runs()
    const dead: DeadLease[] = []
    for (let first = 0; first < runs.length; first += RUNS_AT_ONCE) {
      const part = runs.slice(first, first + RUNS_AT_ONCE)
      dead.push(...(await this.#expiredOfAll(part, deadForMs, limit)))
    }
    return dead
      .filter(({ attempt }) => !rests(attempt))
      .sort((a, b) => b.deadForMs - a.deadForMs)
      .slice(0, limit)
      .map(({ attempt }) => attempt)
  }

  async #runs(): Promise<readonly ListedRun[]> {
    const entries = await replied(this.#client.zrange(this.#keys.runs, 0, '-1', 'WITHSCORES'))
    const runs: ListedRun[] = []
    for (let index = 0; index < entries.length; index += 2)
      runs.push({ runId: at(entries, index), enteredAt: at(entries, index + 1) })
    this.#quiet.see(runs)
    return runs
  }

  async #expiredOfAll(runs: readonly ListedRun[], deadForMs: number, limit: number) {
    const found = await Promise.all(runs.map(({ runId }) => this.#expiredOf(runId, deadForMs, limit)))
    const over = runs.filter(({ runId }, index) => found[index]?.leases === 0 && this.#quiet.isQuiet(runId))
    if (over.length > 0) {
      await this.#quitRuns(this.#keys.runs, ...over.flatMap(({ runId, enteredAt }) => [runId, enteredAt]))
    }
    return found.flatMap(({ dead }) => dead)
  }

  async #expiredOf(runId: string, deadForMs: number, limit: number) {
    const reply = await this.#expiredAttempts(`${this.#keys.base(runId)}leases`, deadForMs, limit)
    assert(Array.isArray(reply), 'the script gives a list')
    const [leases, ...pairs] = reply as readonly unknown[]
    const dead: DeadLease[] = []
    for (let index = 0; index < pairs.length; index += 2) {
      const attempt = attemptNamed(runId, String(pairs[index]))
      dead.push({ attempt, deadForMs: Number(pairs[index + 1]) })
    }
    return { leases: Number(leases), dead }
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
