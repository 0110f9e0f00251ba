// Where runs are kept, as a port: the list of a run's commits, how far they are relayed, and what to list.

import type { ByHand, RunCounts, RunEndState } from '../core/run/run-fact.ts'

/** One decision of a run, ready to be kept. */
export interface RunCommit {
  readonly runId: string
  /** How many commits the decision was made on; the commit becomes number `basedOn + 1`. */
  readonly basedOn: number
  /** Of this decision and no other, also when the store loses it and another one gets its number. */
  readonly id: string
  /** The id of the commit that the decision was made on; undefined when there was none. */
  readonly prev: string | undefined
  /** The CommitRecord as JSON: its id is found in it. */
  readonly record: string
  /** What lists show of the run after this commit. */
  readonly summary: RunSummary
  /** When somebody must look at the run again without an answer, in milliseconds since the epoch; Infinity: never. */
  readonly dueAtMs: number
  /** The run had ended and goes on: it, and its plan, must not expire. */
  readonly isReopened?: boolean
  /** Failures so far of the objects that failed in this commit: the retry counters operators look at. */
  readonly failures: readonly { readonly objectId: string; readonly count: number }[]
}

export interface RunSummary {
  readonly runId: string
  readonly state: 'running' | RunEndState
  readonly tenant: string
  readonly workflow: string | null
  readonly businessDate: string | null
  readonly plan: string
  readonly objects: number
  readonly openedAtMs: number
  readonly endedAtMs: number | null
  /** Of runs from before there was such a thing: absent. */
  readonly isPaused?: boolean
  /** Who paused it; absent: nobody did, or it was kept before this was told. */
  readonly paused?: ByHand
  /** The run whose failures this one makes good. */
  readonly rerunOf?: string
  /** Who wanted the rerun, and why; absent: it is none, or was kept before this was told. */
  readonly rerun?: ByHand
  /** Who or what ended it early. */
  readonly endedEarly?: { readonly by?: string; readonly reason?: string }
  readonly counts: RunCounts & { readonly waiting: number; readonly ready: number }
}

export interface StoredRun {
  /** How many commits the run has. */
  readonly version: number
  /** The id of the last of them. */
  readonly last: string
  /** How many of them have been published. */
  readonly relayed: number
  /** The records of the commits asked for, in order. */
  readonly records: readonly string[]
}

/** Commit number `version` of a run, the one with this id. */
export interface CommitMark {
  readonly runId: string
  readonly version: number
  readonly id: string
}

export interface RunQuery {
  readonly state?: 'running' | RunEndState
  /** Only runs opened before this instant. */
  readonly openedBeforeMs?: number
  readonly limit: number
}

/**
 * Every method rejects with STORE_UNAVAILABLE when the store cannot be reached; then it may have happened or not.
 * A store that is not whole (see RunRecovery) keeps, marks and shows nothing of a run before it is restored.
 */
export interface RunStore {
  /** Keeps the chunks of a plan under its hash. Keeping the same plan again changes nothing. */
  savePlan(hash: string, chunks: readonly string[]): Promise<void>

  loadPlan(hash: string): Promise<readonly string[] | undefined>

  /**
   * Keeps record, summary, due time and failures, all or nothing, if the run has `basedOn` commits and
   * `prev` is the last of them. `stale`: it has others, or is not restored; read what is new and
   * decide again. Keeping the very same commit again is `kept`: a call whose reply was lost may be repeated.
   */
  commit(commit: RunCommit): Promise<'kept' | 'stale'>

  /**
   * The run with its commits after number `after` (0: all of them); undefined when there is no such run.
   * Rejects with STORE_BEHIND when it is not restored.
   */
  read(runId: string, after: number): Promise<StoredRun | undefined>

  /**
   * Says that these commits, and all before them, have been published, and tells of each whether the run has
   * it. A smaller number than before changes nothing, and neither does a commit that the run does not have:
   * the store may have lost it, and another decision has been made in its place.
   */
  markRelayed(marks: readonly CommitMark[]): Promise<readonly boolean[]>

  /** Moves the due time of a run that has exactly `version` commits; of any other it changes nothing. */
  postpone(runId: string, version: number, dueAtMs: number): Promise<void>

  /**
   * Runs whose due time has passed, and runs with commits that were kept before `keptBeforeMs` and never published. In a
   * store that is whole also those that are still held for a rebuild: whoever was about to restore them has died.
   */
  needingAttention(nowMs: number, keptBeforeMs: number): Promise<readonly string[]>

  /** The newest runs first. */
  list(query: RunQuery): Promise<readonly RunSummary[]>

  summary(runId: string): Promise<RunSummary | undefined>

  ping(): Promise<void>
}
