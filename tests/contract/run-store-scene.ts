// Commits, marks and summaries for those who try a run store.

import { expect } from 'vitest'
import type { CommitMark, RunCommit, RunStore, RunSummary } from '../../orchestrator/ports/run-store.ts'

const counts = { loaded: 0, failed: 0, blocked: 0, reused: 0, cancelled: 0, waiting: 3, ready: 0 }

export function summaryOf(runId: string, changes: Partial<RunSummary> = {}): RunSummary {
  return {
    ...{ runId, state: 'running', tenant: 'default', workflow: null, businessDate: null },
    ...{ plan: 'plan-1', objects: 3, openedAtMs: 1_000, endedAtMs: null, counts },
    ...changes,
  }
}

/** Ids and records of the commits that `commitOf` makes. */
export const idOf = (version: number) => `commit-${version}`
export const recordOf = (version: number) => JSON.stringify({ id: idOf(version), version })

export function markOf(runId: string, version: number, id = idOf(version)): CommitMark {
  return { runId, version, id }
}

export function commitOf(runId: string, basedOn: number, changes: Partial<RunCommit> = {}): RunCommit {
  return {
    ...{ runId, basedOn, id: idOf(basedOn + 1), prev: basedOn === 0 ? undefined : idOf(basedOn) },
    ...{ record: recordOf(basedOn + 1), summary: summaryOf(runId) },
    ...{ dueAtMs: Number.POSITIVE_INFINITY, failures: [] },
    ...changes,
  }
}

export function endingOf(runId: string, basedOn: number, changes: Partial<RunSummary> = {}): RunCommit {
  return commitOf(runId, basedOn, {
    summary: summaryOf(runId, { state: 'succeeded', endedAtMs: 2_000, ...changes }),
  })
}

export async function keepAll(store: RunStore, commits: readonly RunCommit[]): Promise<void> {
  for (const commit of commits) expect(await store.commit(commit)).toBe('kept')
}
