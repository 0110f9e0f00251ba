// The names of everything the orchestrator keeps in Redis; the keys of a run share a hash tag, so one script may use them.

import { hashTag } from '../../../shared/adapters/redis/hash-tag.ts'

export interface RunKeys {
  /** List: the records of the commits. Its length is the run's version. */
  readonly commits: string
  /** Hash: last, server, held, summary, due, kept_at, relayed, published, ended, plan. */
  readonly head: string
  /** Hash: object id → failures so far. Nobody but operators reads it; it expires. */
  readonly retries: string
}

export interface RedisKeys {
  run(runId: string): RunKeys
  /** Hash: number → chunk, and `chunks`, the number of them, once all are there. */
  plan(hash: string): string
  /** Hash: object id → last load. */
  loads(tenant: string): string
  /** What the names of a group's builds begin with. They all expire. */
  builds(group: string): string
  /** Sorted set: run ids by the instant of their opening. May name runs that are gone. */
  readonly runs: string
  /** Name of the last rebuild that finished, and the id of the server it was made for. */
  readonly whole: string
  /** Name of the rebuild under way and the id of the server it is made for. It expires. */
  readonly rebuild: string
  /** Sorted set: ids of runs somebody may have to look at, by the instant they were entered. */
  readonly openRuns: string
}

/** `prefix` begins every key, so that several houses can share a server. */
export function redisKeys(prefix: string): RedisKeys {
  return {
    run: (runId) => {
      const run = `${prefix}run:${hashTag(runId)}`
      return { commits: `${run}:commits`, head: `${run}:head`, retries: `${run}:retries` }
    },
    plan: (hash) => `${prefix}plan:${hashTag(hash)}`,
    loads: (tenant) => `${prefix}loads:${hashTag(tenant)}`,
    builds: (group) => `${prefix}builds:${hashTag(group)}:`,
    runs: `${prefix}runs`,
    openRuns: `${prefix}runs:open`,
    whole: `${prefix}{whole}`,
    rebuild: `${prefix}{whole}:rebuild`,
  }
}
