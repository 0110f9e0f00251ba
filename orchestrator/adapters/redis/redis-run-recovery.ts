// Notices that a Redis is not the one it was, and puts runs back in it.

import { randomUUID } from 'node:crypto'
import {
  type RedisClient,
  replied,
  repliesOf,
  type Script,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import { Fault } from '../../../shared/base/fault.ts'
import type { RestoredRun, RunRecovery } from '../../ports/run-recovery.ts'
import { type RedisKeys, redisKeys } from './redis-keys.ts'
import { RedisOpenRuns } from './redis-open-runs.ts'
import { RedisPlans } from './redis-plans.ts'
import { RedisRunList } from './redis-run-list.ts'

/** Records written per call: a large run must not hold up the server. */
const recordsPerCall = 200
/** What is written beside and never put in place, because the writer died, goes by itself. */
const besideTtlMs = 600_000

export interface RedisRunRecoveryOptions {
  readonly prefix: string
  readonly nowMs: () => number
  /** As that of the run store. */
  readonly retentionMs: number
}

export class RedisRunRecovery implements RunRecovery {
  readonly #client: RedisClient
  readonly #keys: RedisKeys
  readonly #nowMs: () => number
  readonly #openRuns: RedisOpenRuns
  readonly #runList: RedisRunList
  readonly #restoreRun: Script

  constructor(client: RedisClient, { prefix, nowMs, retentionMs }: RedisRunRecoveryOptions) {
    this.#client = client
    this.#keys = redisKeys(prefix)
    this.#nowMs = nowMs
    this.#openRuns = new RedisOpenRuns(client, this.#keys, new RedisPlans(client, this.#keys, retentionMs))
    this.#runList = new RedisRunList(client, this.#keys)
    this.#restoreRun = scriptOf(client, new URL('./scripts/restore-run-3.lua', import.meta.url))
  }

  /** A server has a new id after every start; what it holds then may be older than what it held. */
  async isWhole(): Promise<boolean> {
    const [mark, id] = await Promise.all([replied(this.#client.get(this.#keys.whole)), this.#serverId()])
    return mark !== null && mark === id
  }

  async markWhole(): Promise<void> {
    await replied(this.#client.set(this.#keys.whole, await this.#serverId()))
  }

  async restore(run: RestoredRun): Promise<'restored' | 'known'> {
    const { commits, head } = this.#keys.run(run.runId)
    const { summary } = run
    await Promise.all([
      this.#openRuns.enter(run.runId, this.#nowMs()),
      this.#runList.enter(run.runId, summary.openedAtMs),
    ])
    const beside = `${commits}:${randomUUID()}`
    await this.#writeBeside(beside, run.records)
    const ended = summary.endedAtMs === null ? 0 : 1
    const published = run.relayed >= run.records.length ? 1 : 0
    const state = [
      JSON.stringify(summary),
      run.dueAtMs,
      this.#nowMs(),
      summary.plan,
      ended,
      run.relayed,
      published,
    ]
    const outcome = await this.#restoreRun(beside, commits, head, run.records.length, ...state)
    return outcome === 'restored' ? 'restored' : 'known'
  }

  async #writeBeside(key: string, records: readonly string[]): Promise<void> {
    for (let first = 0; first < records.length; first += recordsPerCall) {
      const part = records.slice(first, first + recordsPerCall)
      await repliesOf(
        this.#client
          .multi()
          .rpush(key, ...part)
          .pexpire(key, besideTtlMs),
      )
    }
  }

  async #serverId(): Promise<string> {
    try {
      const info = await replied(this.#client.info('server'))
      return /^run_id:(\S+)/m.exec(info)?.[1] ?? 'unknown'
    } catch (error) {
      // Managed servers may forbid the question: then only an empty server is noticed.
      if (error instanceof Fault && error.code === 'STORE_REFUSED') return 'unknown'
      throw error
    }
  }
}
