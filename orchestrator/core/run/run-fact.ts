// What a run says: facts are the only output of a decision, and everything else is derived from them.

import type { Json } from '../../../shared/base/json.ts'
import type { AnswerError } from '../../../shared/events/answer.ts'
import type { RunPolicy } from './run-policy.ts'

export type RunEndState = 'succeeded' | 'failed' | 'timed-out' | 'cancelled'

/** How many objects ended in which state. */
export interface RunCounts {
  readonly loaded: number
  readonly failed: number
  readonly blocked: number
  readonly reused: number
  readonly cancelled: number
}

/** A run was opened over a plan: what it needs to be decided for ever after. */
export interface RunOpened {
  readonly type: 'run-opened'
  readonly plan: string
  readonly objects: number
  readonly tenant: string
  readonly workflow?: string
  /** The day the run is for, as YYYY-MM-DD in the schedule's time zone. */
  readonly business_date?: string
  readonly policy: RunPolicy
}

/** An object needs no load in this run: an earlier one is still fresh. */
export interface ObjectReused {
  readonly type: 'object-reused'
  readonly object_id: string
  readonly loaded_at_ms: number
  readonly result?: Json
}

/** An attempt is announced to the zone; after `deadline_ms` (an instant) it counts as failed. */
export interface ObjectReady {
  readonly type: 'object-ready'
  readonly object_id: string
  readonly attempt: number
  readonly deadline_ms?: number
}

export interface ObjectLoaded {
  readonly type: 'object-loaded'
  readonly object_id: string
  readonly attempt: number
  readonly info?: string
  readonly result?: Json
}

/** An attempt failed and the next one is announced at `due_at_ms`. */
export interface ObjectRetryScheduled {
  readonly type: 'object-retry-scheduled'
  readonly object_id: string
  /** The attempt that failed. */
  readonly attempt: number
  readonly due_at_ms: number
  readonly error: AnswerError
}

/** The last attempt failed: no more are made. */
export interface ObjectFailed {
  readonly type: 'object-failed'
  readonly object_id: string
  readonly attempt: number
  readonly error: AnswerError
}

/** An object can never start, because `by`, which it needs near or far, has failed. */
export interface ObjectBlocked {
  readonly type: 'object-blocked'
  readonly object_id: string
  readonly by: string
}

/** An object was given up because the run ended before it. */
export interface ObjectCancelled {
  readonly type: 'object-cancelled'
  readonly object_id: string
}

export interface RunEnded {
  readonly type: 'run-ended'
  readonly state: RunEndState
  readonly counts: RunCounts
  readonly duration_ms: number
  /** Who or what ended it early. */
  readonly reason?: string
}

export type RunFact =
  | RunOpened
  | ObjectReused
  | ObjectReady
  | ObjectLoaded
  | ObjectRetryScheduled
  | ObjectFailed
  | ObjectBlocked
  | ObjectCancelled
  | RunEnded

/** The facts of one decision, as they are stored, journalled and streamed: commit number `version` of its run. */
export interface CommitRecord {
  /** The version of this format. */
  readonly v: 1
  /** Of this decision and no other, also when two were made on the same commit. */
  readonly id: string
  /** The id of the commit it was decided on; absent: it is the first. The chain of ids is what a run is. */
  readonly prev?: string | undefined
  readonly run_id: string
  /** 1 for the first commit of a run, then one more each. */
  readonly version: number
  readonly at_ms: number
  readonly facts: readonly RunFact[]
  /** The claim of whoever restored the run: the commit says nothing, and closes what was lost. */
  readonly rebuild?: string | undefined
}
