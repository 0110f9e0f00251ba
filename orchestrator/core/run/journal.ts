// The journal's records: commits as they are stored, and the plan of a run in chunks, below the broker's limit.

import { cloudEventHeaders } from '../../../shared/events/cloud-event.ts'
import { type EventRecord, maxRecordBytes } from '../../../shared/events/event-record.ts'
import type { CommitRecord, RunFact } from './run-fact.ts'

const source = 'millefeuille/orchestrator'

/** A commit too large for one record travels in several: the same version, parts numbered from 1. */
export interface CommitPart extends CommitRecord {
  readonly part: number
  readonly parts: number
}

/** One chunk of the plan of a run; chunks are numbered from 1. */
export interface JournalledPlanChunk {
  readonly v: 1
  readonly run_id: string
  readonly plan: string
  readonly part: number
  readonly parts: number
  readonly chunk: string
}

/** Somebody is about to restore the run: of those who do, the last to say so may close it. */
export interface JournalledClaim {
  readonly v: 1
  readonly run_id: string
  readonly rebuild: string
}

export function claimRecord(runId: string, rebuild: string, atMs: number, topic: string): EventRecord {
  const headers = cloudEventHeaders({ type: 'RunClaim', source, runId, objectId: rebuild, atMs })
  const claim = { v: 1, run_id: runId, rebuild } satisfies JournalledClaim
  return { topic, key: runId, value: JSON.stringify(claim), headers }
}

/** `printed` is the commit as stored; it is what travels, unless it is too large for one record. */
export function journalRecords(commit: CommitRecord, printed: string, topic: string): readonly EventRecord[] {
  const identity = {
    type: 'RunFacts',
    source,
    runId: commit.run_id,
    // Two may have one version, where a store lost the first of them.
    objectId: commit.id,
    attempt: commit.version,
    atMs: commit.at_ms,
  }
  const key = commit.run_id
  if (fits(printed)) return [{ topic, key, value: printed, headers: cloudEventHeaders(identity) }]
  return split(commit).map((value, index) => {
    const headers = cloudEventHeaders({ ...identity, objectId: `${commit.id}/part-${index + 1}` })
    return { topic, key, value, headers }
  })
}

export function planRecords(
  plan: {
    readonly runId: string
    readonly hash: string
    readonly chunks: readonly string[]
    readonly atMs: number
  },
  topic: string,
): readonly EventRecord[] {
  const identity = { type: 'RunPlan', source, runId: plan.runId, atMs: plan.atMs }
  return plan.chunks.map((chunk, index) => {
    const headers = cloudEventHeaders({ ...identity, objectId: `part-${index + 1}` })
    const part = {
      v: 1,
      run_id: plan.runId,
      plan: plan.hash,
      part: index + 1,
      parts: plan.chunks.length,
      chunk,
    } as const
    return { topic, key: plan.runId, value: JSON.stringify(part satisfies JournalledPlanChunk), headers }
  })
}

function fits(value: string): boolean {
  return value.length * 3 <= maxRecordBytes || Buffer.byteLength(value) <= maxRecordBytes
}

function split(commit: CommitRecord): readonly string[] {
  const groups: RunFact[][] = [[]]
  let bytes = 0
  for (const fact of commit.facts) {
    const size = Buffer.byteLength(JSON.stringify(fact)) + 1
    if (bytes + size > maxRecordBytes - 500) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)?.push(fact)
    bytes += size
  }
  return groups.map((facts, index) =>
    JSON.stringify({ ...commit, facts, part: index + 1, parts: groups.length } satisfies CommitPart),
  )
}
