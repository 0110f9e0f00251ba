// What happens to a run. Time arrives beside the input; nothing here reads a clock.

import type { Json } from '../../../shared/base/json.ts'
import type { Zone } from '../../../shared/base/layer.ts'
import type { Answer } from '../../../shared/events/answer.ts'
import type { RunPolicy } from './run-policy.ts'

/** The run begins. `reused` names objects of the plan that are fresh enough not to be loaded again. */
export interface OpenInput {
  readonly kind: 'open'
  readonly tenant: string
  readonly workflow?: string
  readonly businessDate?: string
  readonly policy: RunPolicy
  readonly reused: readonly ReusableLoad[]
  /** The last good loads of parents that a child may go on with when they fail (`stale-ok`). */
  readonly lastLoads?: readonly ReusableLoad[]
  /** The instants of the times of day (HH:MM) that links of the plan wait until. */
  readonly waitUntilMs?: Readonly<Record<string, number>>
  /** The run whose failures this one makes good, who wants it, and why. */
  readonly rerunOf?: string
  readonly by?: string
  readonly reason?: string
}

export interface ReusableLoad {
  readonly objectId: string
  readonly loadedAtMs: number
  readonly result?: Json
}

/** Announce objects that can start, at most `limit` of them: a large run is opened in chunks. */
export interface DispatchInput {
  readonly kind: 'dispatch'
  readonly limit: number
}

/** Time has passed: whatever is due by now happens. */
export interface TickInput {
  readonly kind: 'tick'
}

export interface CancelInput {
  readonly kind: 'cancel'
  readonly reason: string
  readonly by?: string
}

/** The zones that nobody works in now, all of them: what they would be given is held. Says nothing of the run, only of the world. */
export interface ZonesInput {
  readonly kind: 'zones'
  readonly dead: readonly Zone[]
}

/** Whoever worked on an attempt is dead, or nobody has begun it in time, or nobody will, as a newer one has overtaken it. */
export interface LostInput {
  readonly kind: 'lost'
  readonly objectId: string
  readonly attempt: number
  readonly cause: LostCause
}

export type LostCause = 'lease-expired' | 'not-picked-up' | 'superseded' | 'restarted'

/** Who asks for it and why, as the facts will say. */
interface Command {
  readonly by: string
  readonly reason?: string
}

/** Nothing more is announced; what is under way may still be answered. */
export interface PauseInput extends Command {
  readonly kind: 'pause'
}

export interface ResumeInput extends Command {
  readonly kind: 'resume'
}

/** An object that has failed is tried again: the run goes on, also when it had ended, with all that hangs below. */
export interface RetryInput extends Command {
  readonly kind: 'retry'
  readonly objectId: string
}

/** An object counts as loaded because somebody says so. */
export interface MarkLoadedInput extends Command {
  readonly kind: 'mark-loaded'
  readonly objectId: string
  readonly result?: Json
}

/** An object is not loaded in this run, and its children go on without it. */
export interface SkipInput extends Command {
  readonly kind: 'skip'
  readonly objectId: string
}

/** The late result of an attempt that had been given up counts after all. */
export interface AcceptLateInput extends Command {
  readonly kind: 'accept-late'
  readonly objectId: string
  /** Default: the newest late result that is loaded. */
  readonly attempt?: number
}

/** A failed object needs nobody's attention any more. */
export interface DiscardInput extends Command {
  readonly kind: 'discard'
  readonly objectId: string
}

export type OperatorInput =
  | CancelInput
  | PauseInput
  | ResumeInput
  | RetryInput
  | MarkLoadedInput
  | SkipInput
  | AcceptLateInput
  | DiscardInput

export type RunInput = OpenInput | DispatchInput | TickInput | ZonesInput | LostInput | OperatorInput | Answer
