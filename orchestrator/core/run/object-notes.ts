// What few objects of a run have: kept beside the numbers that all of them have.

import type { Json } from '../../../shared/base/json.ts'
import type { AnswerError } from '../../../shared/events/answer.ts'
import type { Degradation } from '../../../shared/events/degradation.ts'
import type { ByHand, LateResult, LateResultAccepted, ObjectMarkedLoaded, ObjectSkipped } from './run-fact.ts'

/** Whoever let an object end by hand. */
export interface EndedByHand extends ByHand {
  readonly type: (ObjectSkipped | ObjectMarkedLoaded | LateResultAccepted)['type']
}

export interface ObjectNotes {
  /** Why its last attempt failed or was given up. */
  readonly error?: AnswerError | undefined
  /** When the first of its failures in this run was decided, also before a fresh start, in milliseconds since the epoch. */
  readonly firstFailedAtMs?: number | undefined
  /** Of a reused object: when what is reused was loaded. */
  readonly loadedAtMs?: number | undefined
  /** It waits for the instant of its next attempt. */
  readonly isRetrying: boolean
  /** Attempts that do not count as failures: nobody began them, whoever worked on them died, or somebody wants a fresh start. */
  readonly spared: number
  /** Of these, how many died over it since the last fresh start. */
  readonly lost: number
  /** Of these, how many nobody has picked up, or were overtaken by a newer one, since the last fresh start. */
  readonly unclaimed: number
  /** Of these, how many their zone has refused to begin since the last fresh start. */
  readonly refused: number
  /** Attempts that were given up without an outcome: what they come to later is a late result. */
  readonly givenUp: readonly number[]
  readonly late: readonly (LateResult & { readonly atMs: number })[]
  /** What it went on without, or with an old load of: in its newest attempt since it waited last, or in the one whose late result was accepted. */
  readonly degraded: readonly Degradation[]
  /** The same of each attempt that was announced so: one that was given up may be accepted. */
  readonly degradedIn: readonly { readonly attempt: number; readonly degraded: readonly Degradation[] }[]
  /** Its last good load from before this run, for children that may go on with it. */
  readonly lastLoad?: { readonly loadedAtMs: number; readonly result?: Json } | undefined
  /** What it fails by, as long as it is blocked: the object that failed. */
  readonly blockedBy?: string | undefined
  /** Who lets it count as loaded or skipped; such an end is final. */
  readonly byHand?: EndedByHand | undefined
  /** It failed, and somebody has said that it needs nobody's attention. */
  readonly isDiscarded: boolean
}

export const noNotes: ObjectNotes = {
  isRetrying: false,
  spared: 0,
  lost: 0,
  unclaimed: 0,
  refused: 0,
  givenUp: [],
  late: [],
  degraded: [],
  degradedIn: [],
  isDiscarded: false,
}
