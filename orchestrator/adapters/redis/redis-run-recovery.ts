// Notices that a Redis is not the one it was, and puts runs back in it.

import { randomUUID } from 'node:crypto'
import {
  type RedisClient,
  replied,
  repliesOf,
  type Script,
  type ScriptArgument,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import { guardFormat } from '../../../shared/adapters/redis/house-format.ts'
import { Fault } from '../../../shared/base/fault.ts'
import type { RestoredRun, RunPresence, RunRecovery, RunTail } from '../../ports/run-recovery.ts'
import { type RedisKeys, redisKeys } from './redis-keys.ts'
import { RedisOpenRuns } from './redis-open-runs.ts'
import { RedisPlans } from './redis-plans.ts'
import { RedisRunList } from './redis-run-list.ts'
import { HEAD_KEPT_MS } from './redis-run-store.ts'

/** Runs held per call. */
const runsPerCall = 500
/** Records written per call: a large run must not hold up the server. */
const recordsPerCall = 200
/** A rebuild that was silent for this long is taken over. */
const leaseMs = 30_000
/** Who was about to open a run is forgotten after this long. */
const unopenedTtlMs = 24 * 60 * 60 * 1_000
/** A run whose time is over is there for a moment, and its head for as long as any. */
const shortestTtlMs = 60_000
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
  readonly #prefix: string
  readonly #nowMs: () => number
  readonly #openRuns: RedisOpenRuns
  readonly #runList: RedisRunList
  readonly #retentionMs: number
  readonly #beginRebuild: Script
  readonly #hasRun: Script
  readonly #restoreRun: Script
  readonly #finishRebuild: Script

  constructor(client: RedisClient, { prefix, nowMs, retentionMs }: RedisRunRecoveryOptions) {
    this.#client = client
    this.#keys = redisKeys(prefix)
    this.#prefix = prefix
    this.#nowMs = nowMs
    this.#openRuns = new RedisOpenRuns(client, this.#keys, new RedisPlans(client, this.#keys, retentionMs))
    this.#runList = new RedisRunList(client, this.#keys)
    this.#retentionMs = retentionMs
    const script = (name: string) => scriptOf(client, new URL(`./scripts/${name}.lua`, import.meta.url))
    this.#beginRebuild = script('begin-rebuild-2')
    this.#hasRun = script('has-run-2')
    this.#restoreRun = script('restore-run-3')
    this.#finishRebuild = script('finish-rebuild-2')
  }

  /** A server has a new id after every start; what it holds then may be older than what it held. */
  async whole(): Promise<string | undefined> {
    const [mark, id] = await Promise.all([replied(this.#client.get(this.#keys.whole)), this.#serverId()])
    const [rebuild, server] = mark?.split(' ') ?? []
    return server === id ? rebuild : undefined
  }

  async begin(rebuild: string, by: string, doubted: boolean): Promise<'begun' | 'whole' | 'busy'> {
    const keys = [this.#keys.whole, this.#keys.rebuild]
    const outcome = await this.#beginRebuild(...keys, rebuild, by, leaseMs, doubted ? 1 : 0)
    return outcome as 'begun' | 'whole' | 'busy'
  }

  async finish(rebuild: string): Promise<'whole' | 'superseded'> {
    const outcome = await this.#finishRebuild(this.#keys.whole, this.#keys.rebuild, rebuild)
    if (outcome !== 'whole') return 'superseded'
    // What was emptied has lost this too.
    await guardFormat(this.#client, this.#prefix)
    return 'whole'
  }

  async hold(rebuild: string, runIds: readonly string[]): Promise<void> {
    for (let first = 0; first < runIds.length; first += runsPerCall) {
      const pipeline = this.#client.pipeline()
      for (const runId of runIds.slice(first, first + runsPerCall)) {
        // First the list: who holds a run and dies leaves it to whoever looks there.
        pipeline.zadd(this.#keys.openRuns, this.#nowMs(), runId)
        pipeline.hset(this.#keys.run(runId).head, 'held', rebuild)
      }
      await repliesOf(pipeline)
    }
  }

  async has({ runId, version, id }: RunTail): Promise<RunPresence> {
    const { commits, head } = this.#keys.run(runId)
    return (await this.#hasRun(commits, head, version, id)) as RunPresence
  }

  async restore(rebuild: string, run: RestoredRun): Promise<'restored' | 'superseded'> {
    const { commits, head } = this.#keys.run(run.runId)
    if (run.summary !== undefined) await this.#list(run.runId, run.summary.openedAtMs)
    const beside = `${commits}:${randomUUID()}`
    await this.#writeBeside(beside, run.records)
    const hasEnded = (run.summary?.endedAtMs ?? null) === null ? 0 : 1
    const outcome = await this.#restoreRun(
      ...[beside, commits, head],
      ...[rebuild, hasEnded, run.version, run.id],
      ...[...this.#ttlsOf(run), ...this.#headOf(run)],
    )
    return outcome === 'restored' ? 'restored' : 'superseded'
  }

  async #list(runId: string, openedAtMs: number): Promise<void> {
    await Promise.all([this.#openRuns.enter(runId, this.#nowMs()), this.#runList.enter(runId, openedAtMs)])
  }

  /** How long commits and head are kept, in milliseconds; 0: until somebody ends the run. */
  #ttlsOf({ summary }: RestoredRun): readonly [number, number] {
    if (summary === undefined) return [unopenedTtlMs, unopenedTtlMs]
    if (summary.endedAtMs === null) return [0, 0]
    const leftMs = summary.endedAtMs + this.#retentionMs - this.#nowMs()
    return [Math.max(leftMs, shortestTtlMs), HEAD_KEPT_MS]
  }

  #headOf({ summary, dueAtMs, relayed, records }: RestoredRun): readonly ScriptArgument[] {
    const isPublished = relayed >= records.length ? 1 : 0
    const outbox = ['relayed', relayed, 'published', isPublished, 'kept_at', this.#nowMs()]
    if (summary === undefined) return outbox
    const { plan, endedAtMs } = summary
    const state = ['summary', JSON.stringify(summary), 'due', dueAtMs, 'plan', plan]
    return [...outbox, ...state, 'ended', endedAtMs === null ? 0 : 1]
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
