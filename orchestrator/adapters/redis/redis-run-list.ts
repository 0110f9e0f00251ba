// The runs there are, newest first, as an index in Redis over the summaries that each run keeps itself.

import { type RedisClient, replied, repliesOf } from '../../../shared/adapters/redis/connection.ts'
import type { RunQuery, RunSummary } from '../../ports/run-store.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Index entries looked at per call, at most. */
const PAGE = 1_000
/** Of runs in one state perhaps one in many: a page as small as the wish would be a call for each run. */
const LEAST_PAGE = 250

export class RedisRunList {
  readonly #client: RedisClient
  readonly #keys: RedisKeys

  constructor(client: RedisClient, keys: RedisKeys) {
    this.#client = client
    this.#keys = keys
  }

  /** Lists a run that is about to be opened, unless it is listed. */
  async enter(runId: string, openedAtMs: number): Promise<void> {
    await replied(this.#client.zadd(this.#keys.runs, 'NX', openedAtMs, runId))
  }

  /** Lists a run by the instant at which it was opened, wherever an opener that came too late had put it. */
  async place(runId: string, openedAtMs: number): Promise<void> {
    await replied(this.#client.zadd(this.#keys.runs, openedAtMs, runId))
  }

  async summary(runId: string): Promise<RunSummary | undefined> {
    const [summary] = await this.summaries([runId])
    return summary
  }

  /** The summaries of those of `runIds` that exist. */
  async summaries(runIds: readonly string[]): Promise<readonly RunSummary[]> {
    const found: RunSummary[] = []
    for (let first = 0; first < runIds.length; first += PAGE) {
      const pipeline = this.#client.pipeline()
      for (const runId of runIds.slice(first, first + PAGE))
        pipeline.hget(this.#keys.run(runId).head, 'summary')
      for (const text of (await repliesOf(pipeline)) as readonly (string | null)[]) {
        if (text !== null) found.push(JSON.parse(text) as RunSummary)
      }
    }
    return found
  }

  /** The newest runs that answer to `query`, read page by page until there are enough. */
  async newest(query: RunQuery): Promise<readonly RunSummary[]> {
    const before = query.openedBeforeMs === undefined ? '+inf' : `(${query.openedBeforeMs}`
    const wish = query.state === undefined ? query.limit : Math.max(LEAST_PAGE, query.limit)
    const page = Math.min(PAGE, wish)
    // By id: what is opened meanwhile moves the pages, and a run may be met twice.
    const found = new Map<string, RunSummary>()
    for (let offset = 0; found.size < query.limit; offset += page) {
      const runIds = await replied(
        this.#client.zrange(this.#keys.runs, before, '-inf', 'BYSCORE', 'REV', 'LIMIT', offset, page),
      )
      for (const summary of await this.summaries(runIds)) {
        if (answersTo(summary, query)) found.set(summary.runId, summary)
      }
      if (runIds.length < page) break
    }
    return newestFirst([...found.values()], query.limit)
  }

  /** Takes up to a page of runs out of the list that were opened before `openedBeforeMs` and have expired. */
  async forgetExpired(openedBeforeMs: number): Promise<void> {
    const oldest = await replied(
      this.#client.zrange(this.#keys.runs, '-inf', `(${openedBeforeMs}`, 'BYSCORE', 'LIMIT', 0, PAGE),
    )
    const pipeline = this.#client.pipeline()
    for (const runId of oldest) pipeline.exists(this.#keys.run(runId).commits)
    const exists = await repliesOf(pipeline)
    const gone = oldest.filter((_, index) => exists[index] === 0)
    if (gone.length > 0) await replied(this.#client.zrem(this.#keys.runs, ...gone))
  }
}

export function answersTo(summary: RunSummary, query: RunQuery): boolean {
  const { state, openedBeforeMs = Number.POSITIVE_INFINITY } = query
  return (state === undefined || summary.state === state) && summary.openedAtMs < openedBeforeMs
}

export function newestFirst(summaries: readonly RunSummary[], limit: number): readonly RunSummary[] {
  return [...summaries]
    .sort((a, b) => b.openedAtMs - a.openedAtMs || (a.runId < b.runId ? 1 : -1))
    .slice(0, limit)
}
