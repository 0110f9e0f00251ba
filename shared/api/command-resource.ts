// What people may do to a run over the API, as types.

import type { Json } from '../base/json.ts'
import type { RunState } from './run-resource.ts'

/** Body of a command; may be left out. */
export interface CommandBody {
  /** Who asks; default: `api`. */
  readonly by?: string
  readonly reason?: string
}

export interface ObjectCommandBody extends CommandBody {
  /** `mark-loaded`: what the children get as their input from the object. */
  readonly result?: Json
  /** `accept-late`: the attempt whose late result counts; default: the newest that is loaded. */
  readonly attempt?: number
}

export const objectCommands = ['retry', 'mark-loaded', 'skip', 'accept-late', 'discard'] as const
export type ObjectCommand = (typeof objectCommands)[number]
export const runCommands = ['pause', 'resume'] as const
export type RunCommand = (typeof runCommands)[number]

export interface CommandAnswer {
  readonly run_id: string
  /** Null: the command is about the run as a whole. */
  readonly object_id: string | null
  /** False: nothing was changed; `message` says why. */
  readonly changed: boolean
  /** What is true now, for people. */
  readonly message: string
  /** Of the run, afterwards. */
  readonly state: RunState
}

/** Body of `POST /api/v1/runs/{id}/rerun`. */
export interface RerunBody extends CommandBody {
  /** What failed in the run, or was given up with it. */
  readonly failed?: boolean
  /** Objects by id, whatever became of them. */
  readonly objects?: readonly string[]
  /** And all that needs one of these. */
  readonly with_downstream?: boolean
  /** Opens nothing: only says what would run. */
  readonly dry_run?: boolean
  /** The id of the new run; default: a new one. */
  readonly run_id?: string
}

/** Why an object is loaded again. */
export type RerunReason = 'failed' | 'asked-for' | 'below' | 'needed-by'

/** One object that a rerun loads again. */
export interface RerunObject {
  readonly id: string
  readonly name: string | null
  /** The state it had. */
  readonly was: string
  readonly reason: RerunReason
  /** `below`: what it needs; `needed-by`: what needs it; else null. */
  readonly of: string | null
}

/** What a dry run answers, and a rerun that has nothing to load again: there is no new run, and so no id of one. */
export interface RerunPlan {
  readonly rerun_of: string
  /** False: nothing was opened; where there is an id, this very rerun was opened before. */
  readonly opened: boolean
  /** What is loaded again, in order. */
  readonly objects: readonly RerunObject[]
  /** How many objects of the run before are reused. */
  readonly reused: number
}

export interface RerunAnswer extends RerunPlan {
  readonly run_id: string
}
