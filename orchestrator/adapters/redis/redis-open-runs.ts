// The runs somebody may have to look at, as an index in Redis that heals: it may name too many, never too few.

import { type RedisClient, replied, repliesOf } from '../../../shared/adapters/redis/connection.ts'
import { at } from '../../../shared/base/assert.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { RedisPlans } from './redis-plans.ts'

/** Heads read per call, so that a large house does not hold up its event loop or Redis. */
const HEADS_PER_CALL = 250

/** A run that was entered and never committed is forgotten after this long; its opener may have been frozen until then. */
const NEVER_OPENED_MS = 24 * 60 * 60 * 1_000

interface OpenRun {
  readonly runId: string
  readonly enteredAtMs: number
  /** The fields of its head that were asked for; null: it has none. */
  readonly fields: readonly (string | null)[]
}

export class RedisOpenRuns {
  readonly #client: RedisClient
  readonly #keys: RedisKeys
  readonly #plans: RedisPlans

  constructor(client: RedisClient, keys: RedisKeys, plans: RedisPlans) {
    this.#client = client
    this.#keys = keys
    this.#plans = plans
  }

  /** To be called before the first commit of a run: an entry without a run is harmless, a run without an entry is not. */
  async enter(runId: string, nowMs: number): Promise<void> {
    await replied(this.#client.zadd(this.#keys.openRuns, nowMs, runId))
  }

  /** To be called before the commit that reopens a run: it and its plan are about to be needed again. */
  async enterAgain(runId: string, plan: string, nowMs: number): Promise<void> {
    const pipeline = this.#client.pipeline().zadd(this.#keys.openRuns, nowMs, runId)
    await repliesOf(this.#plans.renew(pipeline, plan))
  }

  /** Takes out runs that nobody needs to look at any more; their plans are kept for the retention. */
  async leave(runs: readonly { readonly runId: string; readonly plan: string | undefined }[]): Promise<void> {
    if (runs.length === 0) return
    const pipeline = this.#client.pipeline().zrem(this.#keys.openRuns, ...runs.map((run) => run.runId))
    for (const plan of plansOf(runs)) this.#plans.renew(pipeline, plan)
    await repliesOf(pipeline)
  }

  async ids(): Promise<readonly string[]> {
    return await replied(this.#client.zrange(this.#keys.openRuns, 0, '-1'))
  }

  /** See RunStore.needingAttention. */
  async needingAttention(nowMs: number, keptBeforeMs: number): Promise<readonly string[]> {
    const runs = await this.#read('due', 'kept_at', 'published', 'held')
    const needy = runs.filter(({ fields: [due, keptAt, published, held] }) => {
      if (!isMissing(held)) return true
      if (isMissing(due) || isMissing(keptAt)) return false
      return Number(due) <= nowMs || (published !== '1' && Number(keptAt) < keptBeforeMs)
    })
    return needy.map((run) => run.runId)
  }

  /** Takes out what has no business here, and renews the plans of the rest: they must outlive the runs on them. */
  async tidy(nowMs: number): Promise<void> {
    const runs = (await this.#read('plan', 'ended', 'published', 'held')).map(
      ({ fields: [plan, ended, published, held], ...entry }) => ({
        runId: entry.runId,
        plan: plan ?? undefined,
        isOver: isMissing(plan)
          ? entry.enteredAtMs < nowMs - NEVER_OPENED_MS
          : ended === '1' && published === '1' && isMissing(held),
      }),
    )
    await this.leave(runs.filter((run) => run.isOver))
    const pipeline = this.#client.pipeline()
    for (const plan of plansOf(runs)) this.#plans.renew(pipeline, plan)
    await repliesOf(pipeline)
  }

  async #read(...fields: readonly string[]): Promise<readonly OpenRun[]> {
    const entries = await replied(this.#client.zrange(this.#keys.openRuns, 0, '-1', 'WITHSCORES'))
    const runs: OpenRun[] = []
    for (let first = 0; first < entries.length; first += 2 * HEADS_PER_CALL) {
      const page = entries.slice(first, first + 2 * HEADS_PER_CALL)
      const pipeline = this.#client.pipeline()
      for (let index = 0; index < page.length; index += 2) {
        pipeline.hmget(this.#keys.run(at(page, index)).head, ...fields)
      }
      const heads = (await repliesOf(pipeline)) as readonly (readonly (string | null)[])[]
      heads.forEach((head, index) => {
        runs.push({ runId: at(page, 2 * index), enteredAtMs: Number(at(page, 2 * index + 1)), fields: head })
      })
    }
    return runs
  }
}

function isMissing(field: string | null | undefined): field is null | undefined {
  return field === null || field === undefined
}

function plansOf(runs: readonly { readonly plan: string | undefined }[]): ReadonlySet<string> {
  return new Set(runs.flatMap((run) => run.plan ?? []))
}
