// Runs in Redis: a list of commits and a head each, changed by scripts that are safe to repeat.

import {
  type RedisClient,
  replied,
  type Script,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import { Fault } from '../../../shared/base/fault.ts'
import { commitIdOf } from '../../core/run/commit-record.ts'
import type {
  CommitMark,
  RunCommit,
  RunQuery,
  RunStore,
  RunSummary,
  StoredRun,
} from '../../ports/run-store.ts'
import { type RedisKeys, redisKeys } from './redis-keys.ts'
import { RedisOpenRuns } from './redis-open-runs.ts'
import { RedisPlans } from './redis-plans.ts'
import { answersTo, newestFirst, RedisRunList } from './redis-run-list.ts'

export interface RedisRunStoreOptions {
  /** Begins every key. */
  readonly prefix: string
  readonly nowMs: () => number
  /** How long the retry counters of a run stay after its last failure. */
  readonly retryTtlMs: number
  /** How long a run stays after it has ended, and a plan after its last use; seven days by default. */
  readonly retentionMs?: number
}

/**
 * The head of an ended run outlives its commits: it is small, and a schedule that looks whether its last tick
 * was opened, be it a yearly one, must find it.
 */
export const HEAD_KEPT_MS = 400 * 24 * 60 * 60 * 1_000

/** Records read per call: a run of many small commits in few calls, one of many large ones in bearable replies. */
const RECORDS_PER_CALL = 256

/** More than any run has; Lua prints larger numbers in a way that Redis does not read. */
const MOST_COMMITS = 1e9

/** How often the indices are tidied and the plans of open runs renewed, at most. */
const TIDY_EVERY_MS = 60_000

const script = (client: RedisClient, name: string): Script =>
  scriptOf(client, new URL(`./scripts/${name}.lua`, import.meta.url))

export class RedisRunStore implements RunStore {
  readonly #client: RedisClient
  readonly #keys: RedisKeys
  readonly #nowMs: () => number
  readonly #retryTtlMs: number
  readonly #retentionMs: number
  readonly #plans: RedisPlans
  readonly #openRuns: RedisOpenRuns
  readonly #runList: RedisRunList
  readonly #commitRun: Script
  readonly #markRelayed: Script
  readonly #readRun: Script
  readonly #postponeRun: Script
  #tidiedAtMs = Number.NEGATIVE_INFINITY

  constructor(client: RedisClient, options: RedisRunStoreOptions) {
    this.#client = client
    this.#keys = redisKeys(options.prefix)
    this.#nowMs = options.nowMs
    this.#retryTtlMs = options.retryTtlMs
    this.#retentionMs = options.retentionMs ?? 7 * 24 * 60 * 60 * 1_000
    this.#plans = new RedisPlans(client, this.#keys, this.#retentionMs)
    this.#openRuns = new RedisOpenRuns(client, this.#keys, this.#plans)
    this.#runList = new RedisRunList(client, this.#keys)
    this.#commitRun = script(client, 'commit-run-3')
    this.#markRelayed = script(client, 'mark-relayed-2')
    this.#readRun = script(client, 'read-run-2')
    this.#postponeRun = script(client, 'postpone-run-2')
  }

  async savePlan(hash: string, chunks: readonly string[]): Promise<void> {
    await this.#plans.save(hash, chunks)
  }

  async loadPlan(hash: string): Promise<readonly string[] | undefined> {
    return await this.#plans.load(hash)
  }

  async commit(commit: RunCommit): Promise<'kept' | 'stale'> {
    const { runId, summary } = commit
    if (commit.isReopened === true) await this.#openRuns.enterAgain(runId, summary.plan, this.#nowMs())
    if (commit.basedOn > 0) return await this.#keep(commit)
    // The indices lie in other slots than the run: they are written before it, and the list again by who opened it first.
    const [mark] = await Promise.all([
      replied(this.#client.get(this.#keys.whole)),
      this.#openRuns.enter(runId, this.#nowMs()),
      this.#runList.enter(runId, summary.openedAtMs),
    ])
    // A server that was emptied does not know which runs were opened before.
    if (mark === null) return 'stale'
    const outcome = await this.#keep(commit)
    if (outcome === 'kept') await this.#runList.place(runId, summary.openedAtMs)
    return outcome
  }

  async #keep(commit: RunCommit): Promise<'kept' | 'stale'> {
    const { commits, head, retries } = this.#keys.run(commit.runId)
    const { basedOn, record, id, prev = '', summary, dueAtMs, failures } = commit
    const state = [
      JSON.stringify(summary),
      dueAtMs,
      this.#nowMs(),
      summary.plan,
      summary.endedAtMs === null ? 0 : 1,
    ]
    const counters = failures.flatMap(({ objectId, count }) => [objectId, count])
    const outcome = await this.#commitRun(
      ...[commits, head, retries],
      ...[basedOn, record, id, prev, ...state, this.#retryTtlMs, ...counters],
    )
    return outcome === 'kept' ? 'kept' : 'stale'
  }

  async read(runId: string, after: number): Promise<StoredRun | undefined> {
    const { commits, head } = this.#keys.run(runId)
    // One script, so that all of it is of one moment; later pages only add what it counted.
    const reply = await this.#readRun(commits, head, Math.min(after, MOST_COMMITS), RECORDS_PER_CALL)
    if (reply === null) throw new Fault('STORE_BEHIND', `run ${runId} is not restored yet`)
    const [version, last, relayed, records] = reply as [number, string, string, string[]]
    if (version === 0) return undefined
    for (let next = after + records.length; next < version; next = after + records.length) {
      const page = await this.#page(runId, next, version)
      records.push(...page)
      const isOther = next + page.length === version && commitIdOf(page.at(-1) ?? '') !== last
      if (isOther) throw new Fault('STORE_UNAVAILABLE', `run ${runId} was restored while it was read`)
    }
    return { version, last, relayed: Number(relayed), records }
  }

  async #page(runId: string, first: number, version: number): Promise<readonly string[]> {
    const last = Math.min(first + RECORDS_PER_CALL, version) - 1
    const page = await replied(this.#client.lrange(this.#keys.run(runId).commits, first, last))
    if (page.length === 0) throw new Fault('STORE_UNAVAILABLE', `run ${runId} vanished while it was read`)
    return page
  }

  async markRelayed(marks: readonly CommitMark[]): Promise<readonly boolean[]> {
    const outcomes = await Promise.all(
      marks.map(async ({ runId, version, id }) => {
        const { commits, head } = this.#keys.run(runId)
        const retention = [this.#retentionMs, HEAD_KEPT_MS]
        const reply = await this.#markRelayed(commits, head, version, id, ...retention)
        const [outcome, plan] = reply as readonly string[]
        return { runId, plan, outcome }
      }),
    )
    await this.#openRuns.leave(outcomes.filter(({ outcome }) => outcome === 'settled'))
    return outcomes.map(({ outcome }) => outcome !== 'unknown')
  }

  async postpone(runId: string, version: number, dueAtMs: number): Promise<void> {
    const { commits, head } = this.#keys.run(runId)
    await this.#postponeRun(commits, head, version, dueAtMs)
  }

  async needingAttention(nowMs: number, keptBeforeMs: number): Promise<readonly string[]> {
    const runIds = await this.#openRuns.needingAttention(nowMs, keptBeforeMs)
    if (nowMs - this.#tidiedAtMs >= TIDY_EVERY_MS) await this.#tidy(nowMs)
    return runIds
  }

  async #tidy(nowMs: number): Promise<void> {
    this.#tidiedAtMs = nowMs
    await this.#openRuns.tidy(nowMs)
    await this.#runList.forgetExpired(nowMs - this.#retentionMs)
  }

  async list(query: RunQuery): Promise<readonly RunSummary[]> {
    if (query.state !== 'running') return await this.#runList.newest(query)
    // Few of all runs are running, and the open ones are at hand.
    const open = await this.#runList.summaries(await this.#openRuns.ids())
    return newestFirst(
      open.filter((summary) => answersTo(summary, query)),
      query.limit,
    )
  }

  async summary(runId: string): Promise<RunSummary | undefined> {
    return await this.#runList.summary(runId)
  }

  async ping(): Promise<void> {
    await replied(this.#client.ping())
  }
}
