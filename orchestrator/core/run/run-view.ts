// How decisions look at a run and how facts write to it: the same for a committed run and for a draft over it.

import type { Json } from '../../../shared/base/json.ts'
import type { Plan } from '../graph/plan.ts'
import type { ObjectState } from './object-state.ts'
import type { RunEndState, RunOpened } from './run-fact.ts'

/** What is true of the run as a whole. Replaced and not changed in place, but for `counts`, which belongs to one view. */
export interface RunHead {
  /** Undefined before the run was opened. */
  readonly opened: RunOpened | undefined
  readonly openedAtMs: number
  readonly ended: RunEndState | undefined
  readonly counts: Record<ObjectState, number>
  /** How far the opening scan over `plan.dispatchOrder` has come. Not a fact: a run read again scans again. */
  readonly scanned: number
  /** No timer of the run is due before this instant (Infinity: there is none); it may be too early, never too late. */
  readonly nextDueAtMs: number
}

export interface RunView {
  readonly id: string
  readonly plan: Plan
  readonly head: RunHead
  stateOf(index: number): ObjectState
  /** The last attempt announced; 0 before the first. */
  attemptOf(index: number): number
  /** How many parents are not satisfied yet. */
  pendingOf(index: number): number
  /** When the object's retry or deadline is due, in milliseconds since the epoch; 0: it has no timer. */
  dueAtMsOf(index: number): number
  resultOf(index: number): Json | undefined
  /** The object's place in the order of dispatch. */
  rankOf(index: number): number
}

export interface RunDraft extends RunView {
  head: RunHead
  setState(index: number, state: ObjectState): void
  setAttempt(index: number, attempt: number): void
  setPending(index: number, pending: number): void
  setDueAtMs(index: number, dueAtMs: number): void
  setResult(index: number, result: Json): void
}

/** Objects that have not ended yet. */
export function openCount(head: RunHead): number {
  return head.counts.waiting + head.counts.ready
}

/** Whether the run takes inputs: it was opened and has not ended. */
export function isOpen(run: RunView): boolean {
  return run.head.opened !== undefined && run.head.ended === undefined
}
