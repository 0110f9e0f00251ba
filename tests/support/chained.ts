// Commit records for tests that make their own: each names the one before it.

import type { CommitRecord, RunFact } from '../../orchestrator/core/run/run-fact.ts'

/** Commit number `version` of a run whose commits are all made here. */
export function chained(
  runId: string,
  version: number,
  atMs: number,
  facts: readonly RunFact[],
): CommitRecord {
  const id = (number: number) => `${runId}.${number}`
  const prev = version === 1 ? undefined : id(version - 1)
  return { v: 1, id: id(version), prev, run_id: runId, version, at_ms: atMs, facts }
}
