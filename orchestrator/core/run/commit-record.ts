// The stored form of a decision: printing it, reading it back, and folding a run out of it.

import { Fault } from '../../../shared/base/fault.ts'
import { refuseNewer } from '../../../shared/base/format-version.ts'
import { isJsonObject, parseJson } from '../../../shared/base/json.ts'
import { evolve } from './evolve.ts'
import type { CommitRecord } from './run-fact.ts'
import type { RunDraft } from './run-view.ts'

/** The id stands before anything that a run says, so that it can be found without reading the rest. */
export function printCommit(commit: CommitRecord): string {
  const { id, prev, run_id, version, at_ms, facts, rebuild } = commit
  return JSON.stringify({ v: 1, id, prev, run_id, version, at_ms, facts, rebuild } satisfies CommitRecord)
}

/**
 * Reads a stored commit. Throws RUN_CORRUPT when it is none: then the store holds what no version of the house wrote;
 * and FORMAT_NEWER.
 */
export function parseCommit(text: string): CommitRecord {
  const json = parseJson(text)
  if (isJsonObject(json)) {
    refuseNewer(typeof json.run_id === 'string' ? `a commit of run ${json.run_id}` : 'a commit', json.v)
  }
  if (!isJsonObject(json) || json.v !== 1 || typeof json.id !== 'string' || !Array.isArray(json.facts)) {
    throw new Fault('RUN_CORRUPT', `not a commit record of version 1: ${text.slice(0, 120)}`)
  }
  return json as unknown as CommitRecord
}

/** The id of a stored commit, without reading the rest of it; undefined when it has none. */
export function commitIdOf(record: string): string | undefined {
  return /"id":"([^"]*)"/.exec(record)?.[1]
}

/** Writes stored commits to `run`, in their order. */
export function replay(run: RunDraft, records: readonly string[]): void {
  // All or nothing: a record that cannot be read leaves the run as it was.
  for (const record of records.map(parseCommit)) evolve(run, record.facts, record.at_ms)
}
