// Facts become state: the only code that writes to a run.

import { assert } from '../../../shared/base/assert.ts'
import type { Json } from '../../../shared/base/json.ts'
import { forEachLink, linkCount } from '../graph/plan.ts'
import { type ObjectState, satisfies } from './object-state.ts'
import type { ObjectReady, ObjectRetryScheduled, RunFact, RunOpened } from './run-fact.ts'
import type { RunDraft } from './run-view.ts'

/**
 * Writes facts to `run`, in place, in their order; the cost grows with the facts and their links alone.
 * The facts must be those decided on the state that `run` is in, else it is a programmer error.
 */
export function evolve(run: RunDraft, facts: readonly RunFact[], atMs: number): void {
  for (const fact of facts) apply(run, fact, atMs)
}

function apply(run: RunDraft, fact: RunFact, atMs: number): void {
  switch (fact.type) {
    case 'run-opened':
      return open(run, fact, atMs)
    case 'run-ended':
      run.head = { ...run.head, ended: fact.state, nextDueAtMs: Number.POSITIVE_INFINITY }
      return
    case 'object-ready':
      return makeReady(run, fact)
    case 'object-retry-scheduled':
      return scheduleRetry(run, fact)
    case 'object-loaded':
      if (fact.result !== undefined) keepResult(run, fact.object_id, fact.result)
      return move(run, indexOf(run, fact.object_id), 'loaded')
    case 'object-reused':
      if (fact.result !== undefined) keepResult(run, fact.object_id, fact.result)
      return move(run, indexOf(run, fact.object_id), 'reused')
    case 'object-failed':
      return move(run, indexOf(run, fact.object_id), 'failed')
    case 'object-blocked':
      return move(run, indexOf(run, fact.object_id), 'blocked')
    case 'object-cancelled':
      return move(run, indexOf(run, fact.object_id), 'cancelled')
  }
}

function open(run: RunDraft, fact: RunOpened, atMs: number): void {
  const { run_timeout_ms } = fact.policy
  const nextDueAtMs = run_timeout_ms === null ? Number.POSITIVE_INFINITY : atMs + run_timeout_ms
  run.head = { ...run.head, opened: fact, openedAtMs: atMs, nextDueAtMs }
}

function makeReady(run: RunDraft, fact: ObjectReady): void {
  const index = indexOf(run, fact.object_id)
  move(run, index, 'ready')
  run.setAttempt(index, fact.attempt)
  if (fact.deadline_ms !== undefined) setTimer(run, index, fact.deadline_ms)
}

function scheduleRetry(run: RunDraft, fact: ObjectRetryScheduled): void {
  const index = indexOf(run, fact.object_id)
  move(run, index, 'waiting')
  setTimer(run, index, fact.due_at_ms)
}

function setTimer(run: RunDraft, index: number, dueAtMs: number): void {
  run.setDueAtMs(index, dueAtMs)
  if (dueAtMs < run.head.nextDueAtMs) run.head = { ...run.head, nextDueAtMs: dueAtMs }
}

function move(run: RunDraft, index: number, state: ObjectState): void {
  const before = run.stateOf(index)
  const { counts } = run.head
  counts[before]--
  counts[state]++
  run.setState(index, state)
  if (run.dueAtMsOf(index) !== 0) run.setDueAtMs(index, 0)
  if (satisfies(state))
    forEachLink(run.plan.children, index, (child) => run.setPending(child, run.pendingOf(child) - 1))
}

// Only children read a result; without any it would be memory for nobody.
function keepResult(run: RunDraft, objectId: string, result: Json): void {
  const index = indexOf(run, objectId)
  if (linkCount(run.plan.children, index) > 0) run.setResult(index, result)
}

function indexOf(run: RunDraft, objectId: string): number {
  const index = run.plan.indexOf.get(objectId)
  assert(index !== undefined, `object ${objectId} of a fact is not in the plan of run ${run.id}`)
  return index
}
