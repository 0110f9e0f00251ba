// How decisions look at a run and how facts write to it: the same for a committed run and for a draft over it.

import type { Json } from '../../../shared/base/json.ts'
import type { Zone } from '../../../shared/base/layer.ts'
import type { Plan } from '../graph/plan.ts'
import type { ObjectNotes } from './object-notes.ts'
import type { ObjectState } from './object-state.ts'
import type { ByHand, RunEndState, RunOpened } from './run-fact.ts'

/** What is true of the run as a whole. Replaced and not changed in place, but for `counts`, which belongs to one view. */
export interface RunHead {
  /** Undefined before the run was opened. */
  readonly opened: RunOpened | undefined
  readonly openedAtMs: number
  /** Since when its time-out counts: it was opened, or reopened. */
  readonly clockAtMs: number
  readonly ended: RunEndState | undefined
  readonly endedAtMs: number | undefined
  /** Who or what ended it early; undefined: it came to its end by itself, or goes on. */
  readonly endedEarly?: Partial<ByHand> | undefined
  /** Who paused it, and when; undefined: it goes on. */
  readonly paused: (ByHand & { readonly atMs: number }) | undefined
  readonly counts: Record<ObjectState, number>
  /** How far the opening scan over `plan.dispatchOrder` has come. Not a fact: a run read again scans again. */
  readonly scanned: number
  /** No timer of the run is due before this instant (Infinity: there is none); it may be too early, never too late. */
  readonly nextDueAtMs: number
  /** Zones that nobody works in. Not a fact: it is of the world, and told by `zones`. */
  readonly dead: readonly Zone[]
  /** Since when the run knows this of each, in milliseconds since the epoch. */
  readonly deadSinceMs: Readonly<Partial<Record<Zone, number>>>
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
  /** When the object's retry, deadline or end of waiting for parents is due, in milliseconds since the epoch; 0: it has no timer. */
  dueAtMsOf(index: number): number
  /** When the object came into its state, in milliseconds since the epoch. */
  sinceMsOf(index: number): number
  resultOf(index: number): Json | undefined
  notesOf(index: number): ObjectNotes
  /** The object's place in the order of dispatch. */
  rankOf(index: number): number
}

export interface RunDraft extends RunView {
  head: RunHead
  setState(index: number, state: ObjectState): void
  setAttempt(index: number, attempt: number): void
  setPending(index: number, pending: number): void
  setDueAtMs(index: number, dueAtMs: number): void
  setSinceMs(index: number, sinceMs: number): void
  setResult(index: number, result: Json): void
  setNotes(index: number, notes: ObjectNotes): void
}

/** Objects that have not ended yet. */
export function openCount(head: RunHead): number {
  return head.counts.waiting + head.counts.ready
}

/** Whether the run takes inputs: it was opened and has not ended. */
export function isOpen(run: RunView): boolean {
  return run.head.opened !== undefined && run.head.ended === undefined
}
