// What people may do to a run by hand. Each says who did it and why; what changes nothing says nothing.

import { at } from '../../../shared/base/assert.ts'
import { forEachLink } from '../graph/plan.ts'
import { settleChildren } from './decide-answers.ts'
import type { Decision } from './decision.ts'
import { isGone, satisfies } from './object-state.ts'
import { doomOf } from './readiness.ts'
import type { ByHand } from './run-fact.ts'
import type {
  AcceptLateInput,
  DiscardInput,
  MarkLoadedInput,
  PauseInput,
  ResumeInput,
  RetryInput,
  SkipInput,
} from './run-input.ts'

export function pause(decision: Decision, input: PauseInput): void {
  if (decision.run.head.paused === undefined) decision.say({ type: 'run-paused', ...byHand(input) })
}

export function resume(decision: Decision, input: ResumeInput): void {
  if (decision.run.head.paused !== undefined) decision.say({ type: 'run-resumed', ...byHand(input) })
}

/** Of an object that failed, or was given up with its run. What is blocked is freed by trying again what it is blocked by. */
export function retry(decision: Decision, input: RetryInput): void {
  const { run } = decision
  const index = run.plan.indexOf.get(input.objectId)
  if (index === undefined || !['failed', 'cancelled'].includes(run.stateOf(index))) return
  if (doomOf(run, index, decision.atMs) !== undefined) return
  reopen(decision, input)
  decision.say({ type: 'object-retried', object_id: input.objectId, ...byHand(input) })
  decision.say({ type: 'object-reset', object_id: input.objectId })
  freeDescendants(decision, index)
}

export function markLoaded(decision: Decision, input: MarkLoadedInput): void {
  const index = missingIndex(decision, input)
  if (index === undefined) return
  reopen(decision, input)
  decision.say({
    type: 'object-marked-loaded',
    object_id: input.objectId,
    ...attemptOut(decision, index),
    ...(input.result === undefined ? {} : { result: input.result }),
    ...byHand(input),
  })
  letGoOn(decision, index)
}

export function skip(decision: Decision, input: SkipInput): void {
  const index = missingIndex(decision, input)
  if (index === undefined) return
  reopen(decision, input)
  const object_id = input.objectId
  decision.say({ type: 'object-skipped', object_id, ...attemptOut(decision, index), ...byHand(input) })
  letGoOn(decision, index)
}

export function acceptLate(decision: Decision, input: AcceptLateInput): void {
  const index = missingIndex(decision, input)
  if (index === undefined) return
  const late = decision.run
    .notesOf(index)
    .late.findLast(({ outcome, attempt }) => outcome === 'loaded' && attempt === (input.attempt ?? attempt))
  if (late === undefined) return
  reopen(decision, input)
  const { attempt } = late
  const { attempt: given_up_attempt } = attemptOut(decision, index)
  decision.say({
    type: 'late-result-accepted',
    object_id: input.objectId,
    attempt,
    ...(given_up_attempt === undefined ? {} : { given_up_attempt }),
    ...byHand(input),
  })
  letGoOn(decision, index)
}

export function discard(decision: Decision, input: DiscardInput): void {
  const { run } = decision
  const index = run.plan.indexOf.get(input.objectId)
  if (index === undefined || run.stateOf(index) !== 'failed' || run.notesOf(index).isDiscarded) return
  decision.say({ type: 'object-discarded', object_id: input.objectId, ...byHand(input) })
}

/** An object that its children still lack. */
function missingIndex({ run }: Decision, input: { readonly objectId: string }): number | undefined {
  const index = run.plan.indexOf.get(input.objectId)
  return index === undefined || satisfies(run.stateOf(index)) ? undefined : index
}

function reopen(decision: Decision, input: ByHand): void {
  if (decision.run.head.ended !== undefined) decision.say({ type: 'run-reopened', ...byHand(input) })
}

function attemptOut({ run }: Decision, index: number): { readonly attempt?: number } {
  return run.stateOf(index) === 'ready' ? { attempt: run.attemptOf(index) } : {}
}

function letGoOn(decision: Decision, index: number): void {
  freeDescendants(decision, index)
  settleChildren(decision, index)
}

/** What could not start because of this object waits again, unless something else keeps it from starting for ever. */
function freeDescendants(decision: Decision, freedIndex: number): void {
  const { run, atMs } = decision
  // The order of the plan is one in which parents come first.
  for (const index of descendantsOf(decision, freedIndex)) {
    if (
      isGone(run.stateOf(index)) &&
      run.stateOf(index) !== 'failed' &&
      doomOf(run, index, atMs) === undefined
    )
      decision.say({ type: 'object-reset', object_id: decision.idOf(index) })
  }
}

function descendantsOf({ run }: Decision, index: number): Uint32Array {
  const seen = new Set<number>()
  const queue = [index]
  for (let next = 0; next < queue.length; next++) {
    forEachLink(run.plan.children, at(queue, next), (child) => {
      if (seen.has(child)) return
      seen.add(child)
      queue.push(child)
    })
  }
  return Uint32Array.from(seen).sort()
}

function byHand({ by, reason }: ByHand): ByHand {
  return { by, ...(reason === undefined ? {} : { reason }) }
}
