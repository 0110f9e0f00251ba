// A run in memory: one number per object and property, in the order of its plan.

import { at } from '../../../shared/base/assert.ts'
import type { Json } from '../../../shared/base/json.ts'
import { linkCount, type Plan } from '../graph/plan.ts'
import { noNotes, type ObjectNotes } from './object-notes.ts'
import { type ObjectState, objectStates } from './object-state.ts'
import type { RunDraft, RunHead } from './run-view.ts'

const stateNumber = Object.fromEntries(objectStates.map((state, number) => [state, number])) as Record<
  ObjectState,
  number
>

/** The run as committed. Only `evolve` writes to it, and only facts that were kept. */
export class Run implements RunDraft {
  readonly id: string
  readonly plan: Plan
  head: RunHead
  readonly #states: Uint8Array
  readonly #attempts: Uint32Array
  readonly #pending: Uint32Array
  readonly #dueAtMs: Float64Array
  readonly #ranks: Uint32Array
  readonly #sinceMs: Float64Array
  readonly #results = new Map<number, Json>()
  readonly #notes = new Map<number, ObjectNotes>()

  constructor(id: string, plan: Plan) {
    const size = plan.objects.length
    this.id = id
    this.plan = plan
    this.#states = new Uint8Array(size)
    this.#attempts = new Uint32Array(size)
    this.#pending = Uint32Array.from({ length: size }, (_, index) => linkCount(plan.parents, index))
    this.#dueAtMs = new Float64Array(size)
    this.#sinceMs = new Float64Array(size)
    this.#ranks = new Uint32Array(size)
    plan.dispatchOrder.forEach((index, rank) => {
      this.#ranks[index] = rank
    })
    const ended = { loaded: 0, failed: 0, blocked: 0, reused: 0, cancelled: 0, skipped: 0 }
    this.head = {
      opened: undefined,
      openedAtMs: 0,
      clockAtMs: 0,
      ended: undefined,
      cutShort: undefined,
      endedAtMs: undefined,
      paused: undefined,
      counts: { waiting: size, ready: 0, ...ended },
      scanned: 0,
      nextDueAtMs: Number.POSITIVE_INFINITY,
      dead: [],
      deadSinceMs: {},
    }
  }

  stateOf(index: number): ObjectState {
    return at(objectStates, at(this.#states, index))
  }

  attemptOf(index: number): number {
    return at(this.#attempts, index)
  }

  pendingOf(index: number): number {
    return at(this.#pending, index)
  }

  dueAtMsOf(index: number): number {
    return at(this.#dueAtMs, index)
  }

  sinceMsOf(index: number): number {
    return at(this.#sinceMs, index)
  }

  resultOf(index: number): Json | undefined {
    return this.#results.get(index)
  }

  notesOf(index: number): ObjectNotes {
    return this.#notes.get(index) ?? noNotes
  }

  rankOf(index: number): number {
    return at(this.#ranks, index)
  }

  setState(index: number, state: ObjectState): void {
    this.#states[index] = stateNumber[state]
  }

  setAttempt(index: number, attempt: number): void {
    this.#attempts[index] = attempt
  }

  setPending(index: number, pending: number): void {
    this.#pending[index] = pending
  }

  setDueAtMs(index: number, dueAtMs: number): void {
    this.#dueAtMs[index] = dueAtMs
  }

  setResult(index: number, result: Json): void {
    this.#results.set(index, result)
  }

  setSinceMs(index: number, sinceMs: number): void {
    this.#sinceMs[index] = sinceMs
  }

  setNotes(index: number, notes: ObjectNotes): void {
    this.#notes.set(index, notes)
  }
}
