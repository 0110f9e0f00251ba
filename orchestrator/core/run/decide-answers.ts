// What an answer means, and what the lack of one: only the attempt that is out now counts.

import { at } from '../../../shared/base/assert.ts'
import type { Answer, AnswerError, FailedAnswer, LoadedAnswer } from '../../../shared/events/answer.ts'
import { forEachLink } from '../graph/plan.ts'
import type { Decision } from './decision.ts'
import { saysNotBegun } from './not-begun.ts'
import { failuresOf, patienceOf, retryAtMs } from './object-patience.ts'
import { blockingRoot, canStart, heldForEverBy, mayAnnounce } from './readiness.ts'
import type { LostCause, LostInput } from './run-input.ts'
import { mostLost, mostUnclaimed } from './run-policy.ts'
import type { RunView } from './run-view.ts'

export function answered(decision: Decision, answer: Answer): void {
  const index = currentIndex(decision.run, answer)
  if (answer.kind === 'failed' && saysNotBegun(answer.error)) return notBegun(decision, index, answer)
  if (index === undefined) return lateResult(decision, answer)
  if (answer.kind === 'failed') afterFailure(decision, index, answer.error, { attempt: answer.attempt })
  else loaded(decision, index, answer)
}

// Nobody has worked on the attempt, so it is no failure, and no late result; but nobody may say it for ever.
function notBegun(decision: Decision, index: number | undefined, answer: FailedAnswer): void {
  if (index === undefined) return
  const { objectId, error, attempt = decision.run.attemptOf(index) } = answer
  const { unclaimed, refused: refusals } = decision.run.notesOf(index)
  const said = error.code === 'ATTEMPT_LOST' ? unclaimed : refusals
  if (said >= mostUnclaimed) return afterFailure(decision, index, error, { attempt })
  // A zone does not begin what a newer attempt has overtaken. Only after the store has lost the commit of the newer one
  // is that the current attempt: then the next one is announced, up to the one that the zone has begun, which says
  // again what came of it.
  if (error.code === 'ATTEMPT_LOST')
    return lostAttempt(decision, { kind: 'lost', objectId, attempt, cause: 'superseded' })
  refused(decision, index, error, attempt)
}

/** A breaker keeps the zone from what it loads from: the object waits as long as it did after its last failure, or was asked to. */
function refused(decision: Decision, index: number, error: AnswerError, attempt: number): void {
  const { run, atMs } = decision
  decision.say({
    type: 'object-retry-scheduled',
    object_id: decision.idOf(index),
    attempt,
    due_at_ms: retryAtMs(run, index, error, atMs, failuresOf(run, index) - 1),
    error: withoutStack(error),
    given_up: 'not-begun',
  })
}

// Answers repeat, and may come after their attempt was given up. This is what makes at-least-once delivery safe.
// An attempt above the current one was announced by a commit that the store has lost: it was made all the same, it has
// the fence, and so it counts; the current one is given up by that.
function currentIndex(
  run: RunView,
  answer: { readonly objectId: string; readonly attempt: number | undefined },
): number | undefined {
  const index = run.plan.indexOf.get(answer.objectId)
  if (index === undefined || run.stateOf(index) !== 'ready') return undefined
  if (answer.attempt !== undefined && !isCurrent(answer.attempt, run.attemptOf(index))) return undefined
  return index
}

/** No store loses so many commits of one object: what is further ahead was never announced by anybody. */
const mostAhead = 100

function isCurrent(attempt: number, current: number): boolean {
  return attempt >= current && attempt <= current + mostAhead
}

function loaded(decision: Decision, index: number, answer: LoadedAnswer): void {
  const { degraded } = decision.run.notesOf(index)
  decision.say({
    type: 'object-loaded',
    object_id: answer.objectId,
    attempt: answer.attempt ?? decision.run.attemptOf(index),
    ...(answer.info === undefined ? {} : { info: answer.info }),
    ...(answer.result === undefined ? {} : { result: answer.result }),
    ...(degraded.length === 0 ? {} : { degraded }),
  })
  settleChildren(decision, index)
}

/** An attempt that was given up is answered after all: kept once, and applied by nobody but a person. */
function lateResult(decision: Decision, answer: Answer): void {
  const { run } = decision
  const index = run.plan.indexOf.get(answer.objectId)
  const { attempt } = answer
  if (index === undefined || attempt === undefined) return
  const { givenUp, late } = run.notesOf(index)
  if (!givenUp.includes(attempt) || late.some((known) => known.attempt === attempt)) return
  const said = answer.kind === 'failed' ? { error: answer.error } : resultIn(answer)
  decision.say({
    type: 'late-result',
    object_id: answer.objectId,
    attempt,
    outcome: answer.kind,
    ...(answer.info === undefined ? {} : { info: answer.info }),
    ...said,
  })
}

function resultIn({ result }: LoadedAnswer) {
  return result === undefined ? {} : { result }
}

/** `given_up`: nobody answered, and what the attempt says later is a late result. */
export function afterFailure(
  decision: Decision,
  index: number,
  error: AnswerError,
  how: { readonly attempt?: number | undefined; readonly given_up?: 'timed-out' },
): void {
  const { run, atMs } = decision
  const { attempt = run.attemptOf(index), ...givenUp } = how
  const object_id = decision.idOf(index)
  if (error.retryable && failuresOf(run, index) <= patienceOf(run, index).max_retries) {
    const due_at_ms = retryAtMs(run, index, error, atMs)
    decision.say({
      type: 'object-retry-scheduled',
      object_id,
      attempt,
      due_at_ms,
      error: withoutStack(error),
      ...givenUp,
    })
    return
  }
  decision.say({ type: 'object-failed', object_id, attempt, error, ...givenUp })
  settleChildren(decision, index)
}

/** The stack of the last failure is enough: each fact is journalled, and kept in Redis. */
function withoutStack({ stack: _, ...error }: AnswerError): AnswerError {
  return error
}

const lostDetail: Readonly<Record<LostCause, string>> = {
  'lease-expired': 'whoever worked on it gave no sign of life until its lease ran out',
  'not-picked-up': 'nobody had begun it in time',
  superseded: 'its zone had begun a newer attempt',
  restarted: 'the process that worked on it was restarted',
}

/**
 * Whoever worked on the attempt is dead, or never was: the next one is announced at once, and it is no failure of the
 * object. But an object that is always the last thing its workers do is given up in the end.
 */
export function lostAttempt(decision: Decision, input: LostInput): void {
  const { run, atMs } = decision
  const index = currentIndex(run, input)
  if (index === undefined) return
  const { attempt } = input
  const isLost = input.cause === 'lease-expired'
  const { unclaimed, lost: died } = run.notesOf(index)
  // Announced a hundred times it is announced enough: nobody comes, and `why` says so.
  if (input.cause === 'not-picked-up' && unclaimed >= mostUnclaimed) return
  const error = { code: 'ATTEMPT_LOST', retryable: true, detail: lostDetail[input.cause] }
  const lost = { object_id: input.objectId, attempt, error, given_up: isLost ? 'lost' : 'not-begun' } as const
  if (isLost && died >= mostLost) {
    decision.say({ type: 'object-failed', ...lost })
    settleChildren(decision, index)
    return
  }
  decision.say({ type: 'object-retry-scheduled', due_at_ms: atMs, ...lost })
  if (mayAnnounce(run, index)) decision.ready(index)
}

/** After an object came to its end: its children start, or can never start. */
export function settleChildren(decision: Decision, endedIndex: number): void {
  const { run, atMs } = decision
  const queue = [endedIndex]
  for (let next = 0; next < queue.length; next++) {
    forEachLink(run.plan.children, at(queue, next), (child) => {
      if (run.stateOf(child) !== 'waiting') return
      if (canStart(run, child, atMs)) return decision.ready(child)
      const doom = heldForEverBy(run, child, atMs)
      if (doom === undefined) return
      decision.say({ type: 'object-blocked', object_id: decision.idOf(child), by: causeOf(decision, doom) })
      queue.push(child)
    })
  }
}

/** A waiting object that was held until nothing excuses what it lacks any more can never start. */
export function blockIfDoomed(decision: Decision, index: number): void {
  const { run, atMs } = decision
  if (run.plan.linkPolicies.size === 0 || run.stateOf(index) !== 'waiting') return
  const doom = heldForEverBy(run, index, atMs)
  if (doom === undefined) return
  decision.say({ type: 'object-blocked', object_id: decision.idOf(index), by: causeOf(decision, doom) })
  settleChildren(decision, index)
}

/** The object at the root of it: what blocks the parent blocks its children. */
function causeOf(decision: Decision, parent: number): string {
  const { run, atMs } = decision
  const root = run.stateOf(parent) === 'blocked' ? blockingRoot(run, parent, atMs) : parent
  return decision.idOf(root ?? parent)
}
