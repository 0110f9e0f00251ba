// Looks at everything the orchestrator keeps in Redis, page by page, and clears away what nobody needs.

import {
  type RedisClient,
  replied,
  repliesOf,
  type Script,
  scriptOf,
} from '../../../shared/adapters/redis/connection.ts'
import { at } from '../../../shared/base/assert.ts'
import type {
  SeenCounters,
  SeenHead,
  SeenPlan,
  SeenRun,
  StoreInspection,
} from '../../ports/store-inspection.ts'
import { type RedisKeys, redisKeys } from './redis-keys.ts'

/** Keys that Redis looks at per call. */
const keysPerScan = 1_000
/** Ids per call: Redis reads that many commits for them. */
const idsPerCall = 500

const headFields = ['last', 'relayed', 'kept_at', 'due', 'plan', 'ended', 'held']

export interface RedisStoreInspectionOptions {
  readonly prefix: string
  readonly nowMs: () => number
}

export class RedisStoreInspection implements StoreInspection {
  readonly #client: RedisClient
  readonly #keys: RedisKeys
  readonly #prefix: string
  readonly #nowMs: () => number
  readonly #commitIds: Script
  readonly #forgetCounters: Script
  readonly #forgetHead: Script
  readonly #forgetPlan: Script

  constructor(client: RedisClient, { prefix, nowMs }: RedisStoreInspectionOptions) {
    this.#client = client
    this.#keys = redisKeys(prefix)
    this.#prefix = prefix
    this.#nowMs = nowMs
    const script = (name: string) => scriptOf(client, new URL(`./scripts/${name}.lua`, import.meta.url))
    this.#commitIds = script('commit-ids-1')
    this.#forgetCounters = script('forget-counters-2')
    this.#forgetHead = script('forget-head-2')
    this.#forgetPlan = script('forget-plan-1')
  }

  async *runIds(): AsyncIterable<readonly string[]> {
    const named = /^run:\{(.*)\}:(commits|head|retries)$/s
    for await (const names of this.#names('run:')) {
      const ids = names.flatMap((name) => named.exec(name)?.[1] ?? [])
      yield [...new Set(ids)].map(untagged)
    }
  }

  async look(runIds: readonly string[]): Promise<readonly SeenRun[]> {
    const pipeline = this.#client.pipeline()
    for (const runId of runIds) {
      const { commits, head, retries } = this.#keys.run(runId)
      pipeline
        .llen(commits)
        .exists(head)
        .hmget(head, ...headFields)
      pipeline.hlen(retries).pttl(retries).zscore(this.#keys.openRuns, runId)
    }
    const replies = await repliesOf(pipeline)
    const ids = await Promise.all(runIds.map((id, index) => this.#idsOf(id, Number(at(replies, 6 * index)))))
    return runIds.map((runId, index) => {
      const [, isThere, head, count, leftMs, score] = replies.slice(6 * index, 6 * index + 6)
      return {
        runId,
        ids: at(ids, index),
        head: isThere === 1 ? headOf(head as readonly (string | null)[]) : undefined,
        counters: countersOf(Number(count), Number(leftMs)),
        isEntered: score !== null,
      }
    })
  }

  async *seenPlans(): AsyncIterable<readonly SeenPlan[]> {
    for await (const names of this.#names('plan:')) {
      const hashes = names.flatMap((name) => /^plan:\{(.*)\}$/s.exec(name)?.[1] ?? []).map(untagged)
      const pipeline = this.#client.pipeline()
      for (const hash of hashes) pipeline.pttl(this.#keys.plan(hash))
      const left = await repliesOf(pipeline)
      const whole = await Promise.all(hashes.map((hash) => this.hasPlan(hash)))
      yield hashes.map((hash, index) => ({
        hash,
        isWhole: at(whole, index),
        leftMs: spanOf(Number(at(left, index))),
      }))
    }
  }

  async hasPlan(hash: string): Promise<boolean> {
    const key = this.#keys.plan(hash)
    const [chunks, fields] = await repliesOf(this.#client.pipeline().hget(key, 'chunks').hlen(key))
    return chunks !== null && Number(fields) > Number(chunks)
  }

  async enter(runId: string): Promise<void> {
    await replied(this.#client.zadd(this.#keys.openRuns, 'NX', this.#nowMs(), runId))
  }

  async forgetCounters(runId: string): Promise<boolean> {
    const { head, retries } = this.#keys.run(runId)
    return (await this.#forgetCounters(head, retries)) === 1
  }

  async forgetHead(runId: string): Promise<boolean> {
    const { commits, head } = this.#keys.run(runId)
    return (await this.#forgetHead(commits, head)) === 1
  }

  async forgetPlan(hash: string): Promise<boolean> {
    return (await this.#forgetPlan(this.#keys.plan(hash))) === 1
  }

  async #idsOf(runId: string, count: number): Promise<readonly string[]> {
    const ids: string[] = []
    for (let first = 0; first < count; first += idsPerCall) {
      const page = await this.#commitIds(this.#keys.run(runId).commits, first, first + idsPerCall - 1)
      ids.push(...(page as readonly string[]))
    }
    return ids
  }

  /** The keys of a kind, without the prefix. */
  async *#names(kind: string): AsyncIterable<readonly string[]> {
    const match = `${this.#prefix}${kind}`.replace(/[\\*?[\]]/g, '\\$&')
    let cursor = '0'
    do {
      const scan = this.#client.scan(cursor, 'MATCH', `${match}*`, 'COUNT', keysPerScan)
      const [next, keys] = await replied(scan)
      yield keys.map((key) => key.slice(this.#prefix.length))
      cursor = next
    } while (cursor !== '0')
  }
}

function headOf([last, relayed, keptAt, due, plan, ended, held]: readonly (string | null)[]): SeenHead {
  return {
    last: last ?? undefined,
    relayed: Number(relayed ?? 0),
    keptAtMs: Number(keptAt ?? 0),
    dueAtMs: Number(due ?? Number.POSITIVE_INFINITY),
    plan: plan ?? undefined,
    hasEnded: ended === '1',
    isHeld: typeof held === 'string',
  }
}

function countersOf(count: number, leftMs: number): SeenCounters | undefined {
  return count === 0 ? undefined : { count, leftMs: spanOf(leftMs) }
}

function spanOf(leftMs: number): number {
  return leftMs < 0 ? Number.POSITIVE_INFINITY : leftMs
}

/** What redisKeys made a hash tag of. */
function untagged(tag: string): string {
  return tag === '%' ? '' : decodeURIComponent(tag)
}
