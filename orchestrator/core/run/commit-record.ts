// The stored form of a decision: printing it, reading it back, and folding a run out of it.

import { Fault } from '../../../shared/base/fault.ts'
import { isJsonObject, parseJson } from '../../../shared/base/json.ts'
import { evolve } from './evolve.ts'
import type { CommitRecord, RunFact } from './run-fact.ts'
import type { RunDraft } from './run-view.ts'

export function printCommit(runId: string, version: number, atMs: number, facts: readonly RunFact[]): string {
  return JSON.stringify({ v: 1, run_id: runId, version, at_ms: atMs, facts } satisfies CommitRecord)
}

/** Reads a stored commit. Throws RUN_CORRUPT when it is none: then the store holds what no version of the house wrote. */
export function parseCommit(text: string): CommitRecord {
  const json = parseJson(text)
  if (!isJsonObject(json) || json.v !== 1 || !Array.isArray(json.facts)) {
    throw new Fault('RUN_CORRUPT', `not a commit record of version 1: ${text.slice(0, 120)}`)
  }
  return json as unknown as CommitRecord
}

/** Writes stored commits to `run`, in their order. */
export function replay(run: RunDraft, records: readonly string[]): void {
  for (const text of records) {
    const record = parseCommit(text)
    evolve(run, record.facts, record.at_ms)
  }
}
