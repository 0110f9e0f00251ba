// A draft over a committed run: decisions of one batch build on each other here, and a refused commit just drops it.

import type { Json } from '../../../shared/base/json.ts'
import type { Plan } from '../graph/plan.ts'
import type { ObjectNotes } from './object-notes.ts'
import type { ObjectState } from './object-state.ts'
import type { RunDraft, RunHead, RunView } from './run-view.ts'

/** What the draft changes is kept in maps; its cost grows with the changes and not with the run. */
export class Draft implements RunDraft {
  readonly id: string
  readonly plan: Plan
  head: RunHead
  readonly #base: RunView
  readonly #states = new Map<number, ObjectState>()
  readonly #attempts = new Map<number, number>()
  readonly #pending = new Map<number, number>()
  readonly #dueAtMs = new Map<number, number>()
  readonly #sinceMs = new Map<number, number>()
  readonly #results = new Map<number, Json>()
  readonly #notes = new Map<number, ObjectNotes>()

  constructor(base: RunView) {
    this.id = base.id
    this.plan = base.plan
    this.head = { ...base.head, counts: { ...base.head.counts } }
    this.#base = base
  }

  stateOf(index: number): ObjectState {
    return this.#states.get(index) ?? this.#base.stateOf(index)
  }

  attemptOf(index: number): number {
    return this.#attempts.get(index) ?? this.#base.attemptOf(index)
  }

  pendingOf(index: number): number {
    return this.#pending.get(index) ?? this.#base.pendingOf(index)
  }

  dueAtMsOf(index: number): number {
    return this.#dueAtMs.get(index) ?? this.#base.dueAtMsOf(index)
  }

  sinceMsOf(index: number): number {
    return this.#sinceMs.get(index) ?? this.#base.sinceMsOf(index)
  }

  resultOf(index: number): Json | undefined {
    return this.#results.get(index) ?? this.#base.resultOf(index)
  }

  notesOf(index: number): ObjectNotes {
    return this.#notes.get(index) ?? this.#base.notesOf(index)
  }

  rankOf(index: number): number {
    return this.#base.rankOf(index)
  }

  setState(index: number, state: ObjectState): void {
    this.#states.set(index, state)
  }

  setAttempt(index: number, attempt: number): void {
    this.#attempts.set(index, attempt)
  }

  setPending(index: number, pending: number): void {
    this.#pending.set(index, pending)
  }

  setDueAtMs(index: number, dueAtMs: number): void {
    this.#dueAtMs.set(index, dueAtMs)
  }

  setResult(index: number, result: Json): void {
    this.#results.set(index, result)
  }

  setSinceMs(index: number, sinceMs: number): void {
    this.#sinceMs.set(index, sinceMs)
  }

  setNotes(index: number, notes: ObjectNotes): void {
    this.#notes.set(index, notes)
  }
}
