// The runs somebody may have to look at, as an index in Redis that heals: it may name too many, never too few.

import { type RedisClient, replied, repliesOf } from '../../../shared/adapters/redis/connection.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { RedisPlans } from './redis-plans.ts'

/** Heads read per call, so that a large house does not hold up its event loop or Redis. */
const HEADS_PER_CALL = 1_000

/** A run that was entered and never committed is forgotten after this long; its opener may have been frozen until then. */
const NEVER_OPENED_MS = 24 * 60 * 60 * 1_000

interface OpenRun {
  readonly runId: string
  readonly enteredAtMs: number
  readonly dueAtMs: number
  readonly keptAtMs: number
  readonly isPublished: boolean
  readonly hasEnded: boolean
  /** Undefined: the run has no commit. */
  readonly plan: string | undefined
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

  /** See RunStore.needingAttention; takes out what has no business here. */
  async needingAttention(nowMs: number, keptBeforeMs: number): Promise<readonly string[]> {
    const runs = await this.#read()
    await this.leave(runs.filter((run) => isOver(run, nowMs)))
    return runs
      .filter((run) => run.dueAtMs <= nowMs || (!run.isPublished && run.keptAtMs < keptBeforeMs))
      .map((run) => run.runId)
  }

  /** Plans must outlive the open runs on them, however long those take. */
  async renewPlans(): Promise<void> {
    const pipeline = this.#client.pipeline()
    for (const plan of plansOf(await this.#read())) this.#plans.renew(pipeline, plan)
    await repliesOf(pipeline)
  }

  async #read(): Promise<readonly OpenRun[]> {
    const entries = await replied(this.#client.zrange(this.#keys.openRuns, 0, '-1', 'WITHSCORES'))
    const runs: OpenRun[] = []
    for (let first = 0; first < entries.length; first += 2 * HEADS_PER_CALL) {
      const page = entries.slice(first, first + 2 * HEADS_PER_CALL)
      const pipeline = this.#client.pipeline()
      for (let index = 0; index < page.length; index += 2) {
        const { head } = this.#keys.run(page[index] ?? '')
        pipeline.hmget(head, 'due', 'kept_at', 'published', 'ended', 'plan')
      }
      const heads = (await repliesOf(pipeline)) as readonly (readonly (string | null)[])[]
      runs.push(
        ...heads.map((head, index) => openRun(page[2 * index] ?? '', Number(page[2 * index + 1]), head)),
      )
    }
    return runs
  }
}

function openRun(runId: string, enteredAtMs: number, head: readonly (string | null)[]): OpenRun {
  const [due, keptAt, published, ended, plan] = head
  return {
    runId,
    enteredAtMs,
    dueAtMs: Number(due ?? Number.POSITIVE_INFINITY),
    keptAtMs: Number(keptAt ?? Number.POSITIVE_INFINITY),
    isPublished: published === '1',
    hasEnded: ended === '1',
    plan: plan ?? undefined,
  }
}

function isOver(run: OpenRun, nowMs: number): boolean {
  if (run.plan === undefined) return run.enteredAtMs < nowMs - NEVER_OPENED_MS
  return run.hasEnded && run.isPublished
}

function plansOf(runs: readonly { readonly plan: string | undefined }[]): ReadonlySet<string> {
  return new Set(runs.flatMap((run) => run.plan ?? []))
}
