// What a story did, seen from outside the house: commits the store kept, loads the loaders did, records of the journal.

import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import type { JournalledClaim } from '../../orchestrator/core/run/journal.ts'
import type { CommitRecord } from '../../orchestrator/core/run/run-fact.ts'
import type { Zone } from '../../shared/base/layer.ts'

export type JournalEntry = CommitRecord | JournalledClaim

export interface Load {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
  readonly worker: string
  readonly startedAtMs: number
  /** Undefined: it was cut off, or still runs. */
  outcome: 'loaded' | 'failed' | undefined
}

/** Somebody was told that the cancel of a run is settled. */
export interface Cancel {
  readonly runId: string
  readonly settledAtMs: number
}

/** Something that must never happen, with what happened. */
export interface Violation {
  readonly rule: string
  readonly text: string
}

export interface Story {
  readonly plans: ReadonlyMap<string, Plan>
  readonly maxRetries: number
  /** The zone whose answers do not say which attempt they belong to. */
  readonly foreignZone: Zone | null
  /** What the store holds at the end: the commits of each run in their order. */
  readonly commits: readonly CommitRecord[]
  /** Commits in the order in which the store kept them, also those that it lost. */
  readonly everKept: readonly CommitRecord[]
  readonly cancels: readonly Cancel[]
  readonly loads: readonly Load[]
  /** The journal's records of commits and claims, in the order of each run's partition. */
  readonly journal: readonly JournalEntry[]
  /** Poison records sent, and dead letters found, by their marks. */
  readonly poison: { readonly sent: readonly string[]; readonly buried: readonly string[] }
  readonly opened: ReadonlySet<string>
}

/** Looks at a whole story once it has ended. */
export type Checker = (story: Story) => readonly Violation[]

/** The facts of a story, flat, with their run. */
export function factsOf(story: Story) {
  return story.commits.flatMap((commit) =>
    commit.facts.map((fact) => ({ runId: commit.run_id, atMs: commit.at_ms, fact })),
  )
}
