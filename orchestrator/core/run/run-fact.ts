// What a run says: facts are the only output of a decision, and everything else is derived from them.

import type { Json } from '../../../shared/base/json.ts'
import type { AnswerError } from '../../../shared/events/answer.ts'
import type { Degradation } from '../../../shared/events/degradation.ts'
import type { RunPolicy } from './run-policy.ts'

export type RunEndState = 'succeeded' | 'failed' | 'timed-out' | 'cancelled'

/** How many objects ended in which state. */
export interface RunCounts {
  readonly loaded: number
  readonly failed: number
  readonly blocked: number
  readonly reused: number
  readonly cancelled: number
  /** Facts of before there was such a state have none. */
  readonly skipped?: number
}

/** Who did it by hand, and why. */
export interface ByHand {
  readonly by: string
  readonly reason?: string
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
  /** The run whose failures this one makes good, who wanted it, and why. */
  readonly rerun_of?: string
  readonly by?: string
  readonly reason?: string
  /** The instants of the times of day (HH:MM) that links of the plan wait until. */
  readonly wait_until_ms?: Readonly<Record<string, number>>
}

/** The last good load of an object from before this run: a child may go on with it (`stale-ok`). */
export interface ObjectLastLoad {
  readonly type: 'object-last-load'
  readonly object_id: string
  readonly loaded_at_ms: number
  readonly result?: Json
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
  /** What it goes on without, or with an old load of; absent: it has all it needs. */
  readonly degraded?: readonly Degradation[]
}

export interface ObjectLoaded {
  readonly type: 'object-loaded'
  readonly object_id: string
  readonly attempt: number
  readonly info?: string
  readonly result?: Json
  readonly degraded?: readonly Degradation[]
}

/** `lost`: whoever worked on it died; `not-begun`: nobody did, its zone would not, or the house was restarted. Neither is a failure of the object. */
export type GivenUp = 'timed-out' | 'lost' | 'not-begun'

/** An attempt failed, or was given up, and the next one is announced at `due_at_ms`. */
export interface ObjectRetryScheduled {
  readonly type: 'object-retry-scheduled'
  readonly object_id: string
  /** The attempt that failed. */
  readonly attempt: number
  readonly due_at_ms: number
  readonly error: AnswerError
  /** Nobody said what it came to: what the attempt says of that later is a late result. */
  readonly given_up?: GivenUp
}

/** The last attempt failed: no more are made. */
export interface ObjectFailed {
  readonly type: 'object-failed'
  readonly object_id: string
  readonly attempt: number
  readonly error: AnswerError
  readonly given_up?: GivenUp
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
  /** The attempt that was out; absent: there was none. */
  readonly attempt?: number
}

/** An attempt that had been given up was answered after all: kept, and applied only by hand. */
export interface LateResult {
  readonly type: 'late-result'
  readonly object_id: string
  readonly attempt: number
  readonly outcome: 'loaded' | 'failed'
  readonly info?: string
  readonly result?: Json
  readonly error?: AnswerError
}

/** The late result of this attempt counts: the object is loaded. */
export interface LateResultAccepted extends ByHand {
  readonly type: 'late-result-accepted'
  readonly object_id: string
  readonly attempt: number
  /** The attempt that was out, and is given up by it; absent: there was none. */
  readonly given_up_attempt?: number
}

export interface ObjectMarkedLoaded extends ByHand {
  readonly type: 'object-marked-loaded'
  readonly object_id: string
  /** The attempt that was out; absent: there was none. */
  readonly attempt?: number
  readonly result?: Json
}

/** The object is not loaded in this run, and its children go on without it. */
export interface ObjectSkipped extends ByHand {
  readonly type: 'object-skipped'
  readonly object_id: string
  readonly attempt?: number
}

/** Somebody wants a failed object to be tried again; `object-reset` follows for it and all that it held up. */
export interface ObjectRetried extends ByHand {
  readonly type: 'object-retried'
  readonly object_id: string
}

/** A failed object needs nobody's attention any more; its state stays. */
export interface ObjectDiscarded extends ByHand {
  readonly type: 'object-discarded'
  readonly object_id: string
}

/** What had failed, was blocked or cancelled waits again. */
export interface ObjectReset {
  readonly type: 'object-reset'
  readonly object_id: string
}

export interface RunPaused extends ByHand {
  readonly type: 'run-paused'
}

export interface RunResumed extends ByHand {
  readonly type: 'run-resumed'
}

/** A run that had ended goes on, and will end anew. */
export interface RunReopened extends ByHand {
  readonly type: 'run-reopened'
}

export interface RunEnded {
  readonly type: 'run-ended'
  readonly state: RunEndState
  readonly counts: RunCounts
  readonly duration_ms: number
  /** Who or what ended it early. */
  readonly reason?: string
  readonly by?: string
  /** How many objects went on without a parent, or with an old load of it. */
  readonly degraded?: number
}

export type RunFact =
  | RunOpened
  | ObjectLastLoad
  | ObjectReused
  | ObjectReady
  | ObjectLoaded
  | ObjectRetryScheduled
  | ObjectFailed
  | ObjectBlocked
  | ObjectCancelled
  | LateResult
  | LateResultAccepted
  | ObjectMarkedLoaded
  | ObjectSkipped
  | ObjectRetried
  | ObjectDiscarded
  | ObjectReset
  | RunPaused
  | RunResumed
  | RunReopened
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
