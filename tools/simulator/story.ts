// What a story did, seen from outside the house: commits the store kept, loads the loaders did, records of the journal.

import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import type { JournalledClaim } from '../../orchestrator/core/run/journal.ts'
import type { CommitRecord } from '../../orchestrator/core/run/run-fact.ts'
import type { RunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import type { LastLoad } from '../../orchestrator/ports/load-registry.ts'
import type { RunSummary } from '../../orchestrator/ports/run-store.ts'
import type { Zone } from '../../shared/base/layer.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'

export type JournalEntry = CommitRecord | JournalledClaim

export interface Load {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
  readonly worker: string
  readonly startedAtMs: number
  /** When it was over, or its process had died; undefined: it still runs. */
  overAtMs: number | undefined
  /** Undefined: it was cut off, or still runs. */
  outcome: 'loaded' | 'failed' | undefined
  /** What the loader was told; undefined: its event was in a form that does not say so. */
  readonly told: Pick<ReadyEvent, 'timeout_ms' | 'degraded' | 'inputs'> | undefined
}

/** Leases may have been lost while their holder went on: the store lost data, or a process its sense of time. */
export interface LeaseTrouble {
  /** Null: those of all workers. */
  readonly worker: string | null
  readonly atMs: number
}

/** An answer that the orchestrators have come past. */
export interface ReceivedAnswer {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
  readonly status: string
  /** Of a failure that has one. */
  readonly code?: string
  /** When it was stored. */
  readonly sentAtMs: number
}

/** Somebody was told that what he wants of a run is settled. */
export interface SettledCommand {
  readonly runId: string
  readonly kind: string
  readonly settledAtMs: number
}

/** A record that nobody can read, or that belongs to nothing. */
export interface Poison {
  readonly value: string
  /** Where it stands: topic, partition and offset. */
  readonly place: string
}

/** A record of the DLQ topic that came from another topic. */
export interface Letter {
  readonly value: string
  readonly place: string
  readonly code: string
  /** When the record that it was made of was stored. */
  readonly sentAtMs: number
}

/** An object that has not ended, at one moment of the calm. */
export interface Waiting {
  readonly runId: string
  readonly objectId: string
  readonly state: 'waiting' | 'ready'
  readonly atMs: number
  /** What will move it on; none: it waits for ever. */
  readonly because: readonly string[]
}

/** Something that must never happen, with what happened. */
export interface Violation {
  readonly rule: string
  readonly text: string
}

export interface Story {
  readonly plans: ReadonlyMap<string, Plan>
  /** What the client asks of every run. */
  readonly policy: RunPolicy
  /** What the registry of loads knew when the story began. */
  readonly earlierLoads: readonly LastLoad[]
  /** The zone whose answers do not say which attempt they belong to. */
  readonly foreignZone: Zone | null
  /** All runs have one plan and one business date. */
  readonly isShared: boolean
  readonly leaseTroubles: readonly LeaseTrouble[]
  /** What the store holds at the end: the commits of each run in their order. */
  readonly commits: readonly CommitRecord[]
  readonly summaries: readonly RunSummary[]
  /** Commits in the order in which the store kept them, also those that it lost. */
  readonly everKept: readonly CommitRecord[]
  /** By id of a commit: when the store kept it first, by the time outside. */
  readonly keptAtMs: ReadonlyMap<string, number>
  readonly commands: readonly SettledCommand[]
  readonly loads: readonly Load[]
  /** Those that say which attempt they belong to, in the order of each run's partition. */
  readonly answers: readonly ReceivedAnswer[]
  /** The journal's records of commits and claims, in the order of each run's partition. */
  readonly journal: readonly JournalEntry[]
  /** The same and the plans, as they stand in the topic. */
  readonly journalValues: readonly string[]
  readonly poison: readonly Poison[]
  readonly letters: readonly Letter[]
  readonly waiting: readonly Waiting[]
  readonly opened: ReadonlySet<string>
}

/** A zone says that a breaker keeps it from loading: nobody has worked on the attempt, and it has not failed. */
export function isRefusal({ code }: { readonly code?: string }): boolean {
  return code === 'TARGET_UNAVAILABLE'
}

/** Looks at a whole story once it has ended. */
export type Checker = (story: Story) => readonly Violation[]

/** The facts of a story, flat, with their run. */
export function factsOf(story: Pick<Story, 'commits'>) {
  return story.commits.flatMap((commit) =>
    commit.facts.map((fact) => ({ runId: commit.run_id, commitId: commit.id, atMs: commit.at_ms, fact })),
  )
}
