// Facts become state: the only code that writes to a run.

import { assert } from '../../../shared/base/assert.ts'
import type { Json } from '../../../shared/base/json.ts'
import { forEachLink, linkCount } from '../graph/plan.ts'
import { type EndedByHand, noNotes, type ObjectNotes } from './object-notes.ts'
import { type ObjectState, satisfies } from './object-state.ts'
import { nextWaitEndMs } from './readiness.ts'
import type {
  ObjectFailed,
  ObjectReady,
  ObjectRetryScheduled,
  RunEnded,
  RunFact,
  RunOpened,
} from './run-fact.ts'
import type { RunDraft } from './run-view.ts'

/**
 * Writes facts to `run`, in place, in their order; the cost grows with the facts and their links alone.
 * The facts must be those decided on the state that `run` is in, else it is a programmer error.
 */
export function evolve(run: RunDraft, facts: readonly RunFact[], atMs: number): void {
  for (const fact of facts) {
    if ('object_id' in fact) applyToObject(run, fact, indexOf(run, fact.object_id), atMs)
    else applyToRun(run, fact, atMs)
  }
}

type OfObject = Extract<RunFact, { readonly object_id: string }>
type OfRun = Exclude<RunFact, OfObject>

function applyToRun(run: RunDraft, fact: OfRun, atMs: number): void {
  switch (fact.type) {
    case 'run-opened':
      return open(run, fact, atMs)
    case 'run-paused': {
      const { by, reason } = fact
      run.head = { ...run.head, paused: { by, ...(reason === undefined ? {} : { reason }), atMs } }
      return
    }
    case 'run-resumed':
      run.head = { ...run.head, paused: undefined, scanned: 0 }
      return
    case 'run-reopened':
      return reopen(run, atMs)
    case 'run-ended':
      return end(run, fact, atMs)
  }
}

function applyToObject(run: RunDraft, fact: OfObject, index: number, atMs: number): void {
  const notes = run.notesOf(index)
  switch (fact.type) {
    case 'object-ready':
      return makeReady(run, fact, index, atMs)
    case 'object-retry-scheduled':
      return scheduleRetry(run, fact, index, atMs)
    case 'object-loaded':
      reach(run, index, fact.attempt)
      keepResult(run, index, fact.result)
      return move(run, index, 'loaded', atMs)
    case 'object-reused':
      keepResult(run, index, fact.result)
      run.setNotes(index, { ...notes, loadedAtMs: fact.loaded_at_ms })
      return move(run, index, 'reused', atMs)
    case 'object-failed':
      reach(run, index, fact.attempt)
      run.setNotes(index, afterFailure(run.notesOf(index), fact, atMs))
      return move(run, index, 'failed', atMs)
    case 'object-blocked':
      run.setNotes(index, { ...notes, blockedBy: fact.by, degraded: noNotes.degraded })
      return move(run, index, 'blocked', atMs)
    case 'object-cancelled':
      giveUp(run, index, fact.attempt)
      return move(run, index, 'cancelled', atMs)
    case 'object-skipped':
      giveUp(run, index, fact.attempt)
      noteHand(run, index, fact)
      return move(run, index, 'skipped', atMs)
    case 'object-marked-loaded':
      giveUp(run, index, fact.attempt)
      noteHand(run, index, fact)
      keepResult(run, index, fact.result)
      return move(run, index, 'loaded', atMs)
    case 'late-result':
      return run.setNotes(index, { ...notes, late: [...notes.late, { ...fact, atMs }] })
    case 'late-result-accepted': {
      const accepted = notes.late.find(({ attempt }) => attempt === fact.attempt)
      giveUp(run, index, fact.given_up_attempt)
      noteHand(run, index, fact)
      accept(run, index, fact.attempt)
      keepResult(run, index, accepted?.result)
      return move(run, index, 'loaded', atMs)
    }
    case 'object-last-load': {
      const { loaded_at_ms: loadedAtMs, result } = fact
      return run.setNotes(index, {
        ...notes,
        lastLoad: { loadedAtMs, ...(result === undefined ? {} : { result }) },
      })
    }
    case 'object-discarded':
      return run.setNotes(index, { ...notes, isDiscarded: true })
    case 'object-reset':
      return reset(run, index, atMs)
    case 'object-retried':
      return
  }
}

function open(run: RunDraft, fact: RunOpened, atMs: number): void {
  const { run_timeout_ms } = fact.policy
  const nextDueAtMs = run_timeout_ms === null ? Number.POSITIVE_INFINITY : atMs + run_timeout_ms
  run.head = { ...run.head, opened: fact, openedAtMs: atMs, clockAtMs: atMs, nextDueAtMs }
  if (fact.wait_until_ms === undefined) return
  for (let index = 0; index < run.plan.objects.length; index++) waitForParents(run, index, atMs)
}

function reopen(run: RunDraft, atMs: number): void {
  const timeoutMs = run.head.opened?.policy.run_timeout_ms ?? null
  const nextDueAtMs = timeoutMs === null ? Number.POSITIVE_INFINITY : atMs + timeoutMs
  run.head = { ...run.head, ended: undefined, endedAtMs: undefined, clockAtMs: atMs, scanned: 0, nextDueAtMs }
}

function end(run: RunDraft, fact: RunEnded, atMs: number): void {
  const { state, reason, by } = fact
  const why = { ...(reason === undefined ? {} : { reason }), ...(by === undefined ? {} : { by }) }
  const isEarly = state === 'cancelled' || state === 'timed-out'
  run.head = {
    ...run.head,
    cutShort: isEarly ? { state, ...why } : run.head.cutShort,
    ended: state,
    endedAtMs: atMs,
    paused: undefined,
    nextDueAtMs: Number.POSITIVE_INFINITY,
  }
}

function makeReady(run: RunDraft, fact: ObjectReady, index: number, atMs: number): void {
  move(run, index, 'ready', atMs)
  run.setAttempt(index, fact.attempt)
  if (fact.deadline_ms !== undefined) setTimer(run, index, fact.deadline_ms)
  const notes = run.notesOf(index)
  const { attempt, degraded = noNotes.degraded } = fact
  if (!notes.isRetrying && notes.degraded.length + degraded.length === 0) return
  const degradedIn = degraded.length === 0 ? notes.degradedIn : [...notes.degradedIn, { attempt, degraded }]
  run.setNotes(index, { ...notes, isRetrying: false, degraded, degradedIn })
}

/** What is below it goes on with what this attempt had, which may be less than the newest one has. */
function accept(run: RunDraft, index: number, attempt: number): void {
  const notes = run.notesOf(index)
  const degraded = notes.degradedIn.find((one) => one.attempt === attempt)?.degraded ?? noNotes.degraded
  if (degraded !== notes.degraded) run.setNotes(index, { ...notes, degraded })
}

function scheduleRetry(run: RunDraft, fact: ObjectRetryScheduled, index: number, atMs: number): void {
  reach(run, index, fact.attempt)
  move(run, index, 'waiting', atMs)
  setTimer(run, index, fact.due_at_ms)
  run.setNotes(index, { ...afterFailure(run.notesOf(index), fact, atMs), isRetrying: true })
}

/** What an attempt says that a lost commit had announced: those below it are given up, and were no failures. */
function reach(run: RunDraft, index: number, attempt: number): void {
  const current = run.attemptOf(index)
  if (attempt <= current) return
  const notes = run.notesOf(index)
  const passed = Array.from({ length: attempt - current }, (_, ahead) => current + ahead)
  run.setNotes(index, {
    ...notes,
    givenUp: [...notes.givenUp, ...passed],
    spared: notes.spared + passed.length,
  })
  run.setAttempt(index, attempt)
}

function afterFailure(
  notes: ObjectNotes,
  fact: ObjectFailed | ObjectRetryScheduled,
  atMs: number,
): ObjectNotes {
  const { error, given_up, attempt } = fact
  const firstFailedAtMs = notes.firstFailedAtMs ?? atMs
  if (given_up === undefined) return { ...notes, error, firstFailedAtMs }
  const isSpared = given_up !== 'timed-out'
  const isLost = error.code === 'ATTEMPT_LOST'
  return {
    ...notes,
    error,
    firstFailedAtMs,
    givenUp: [...notes.givenUp, attempt],
    spared: notes.spared + (isSpared ? 1 : 0),
    lost: notes.lost + (given_up === 'lost' ? 1 : 0),
    unclaimed: notes.unclaimed + (given_up === 'not-begun' && isLost ? 1 : 0),
    refused: notes.refused + (given_up === 'not-begun' && !isLost ? 1 : 0),
  }
}

function giveUp(run: RunDraft, index: number, attempt: number | undefined): void {
  if (attempt === undefined) return
  const notes = run.notesOf(index)
  run.setNotes(index, { ...notes, givenUp: [...notes.givenUp, attempt] })
}

/** No attempt counts with it, nor what one went on without; what is accepted brings that of its own. */
function noteHand(run: RunDraft, index: number, { type, by, reason }: EndedByHand): void {
  const byHand = { type, by, ...(reason === undefined ? {} : { reason }) }
  run.setNotes(index, { ...run.notesOf(index), byHand, degraded: noNotes.degraded })
}

/** As if it had never been tried: but its attempts are counted on, when it failed first and what it said late stay. */
function reset(run: RunDraft, index: number, atMs: number): void {
  const { error: _, blockedBy: __, ...notes } = run.notesOf(index)
  run.setNotes(index, {
    ...notes,
    spared: run.attemptOf(index),
    lost: 0,
    unclaimed: 0,
    refused: 0,
    isRetrying: false,
    isDiscarded: false,
    degraded: noNotes.degraded,
  })
  move(run, index, 'waiting', atMs)
  waitForParents(run, index, atMs)
  run.head = { ...run.head, scanned: 0 }
}

function waitForParents(run: RunDraft, index: number, atMs: number): void {
  const untilMs = nextWaitEndMs(run, index, atMs)
  if (untilMs < Number.POSITIVE_INFINITY) setTimer(run, index, untilMs)
}

function setTimer(run: RunDraft, index: number, dueAtMs: number): void {
  run.setDueAtMs(index, dueAtMs)
  if (dueAtMs < run.head.nextDueAtMs) run.head = { ...run.head, nextDueAtMs: dueAtMs }
}

function move(run: RunDraft, index: number, state: ObjectState, atMs: number): void {
  const before = run.stateOf(index)
  const { counts } = run.head
  counts[before]--
  counts[state]++
  run.setState(index, state)
  run.setSinceMs(index, atMs)
  if (run.dueAtMsOf(index) !== 0) run.setDueAtMs(index, 0)
  if (satisfies(state) && !satisfies(before))
    forEachLink(run.plan.children, index, (child) => run.setPending(child, run.pendingOf(child) - 1))
}

// Only children read a result; without any it would be memory for nobody.
function keepResult(run: RunDraft, index: number, result: Json | undefined): void {
  if (result !== undefined && linkCount(run.plan.children, index) > 0) run.setResult(index, result)
}

function indexOf(run: RunDraft, objectId: string): number {
  const index = run.plan.indexOf.get(objectId)
  assert(index !== undefined, `object ${objectId} of a fact is not in the plan of run ${run.id}`)
  return index
}
