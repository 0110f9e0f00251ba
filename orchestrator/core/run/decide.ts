// Every rule about a run: from what happened to what is said. Pure but for the draft it is given.

import { at } from '../../../shared/base/assert.ts'
import type { Answer, AnswerError, FailedAnswer, LoadedAnswer } from '../../../shared/events/answer.ts'
import { forEachLink } from '../graph/plan.ts'
import { Decision } from './decision.ts'
import { Draft } from './draft.ts'
import { isFinal } from './object-state.ts'
import type { RunFact } from './run-fact.ts'
import type { OpenInput, RunInput } from './run-input.ts'
import { retryDelayMs, retryGridMs } from './run-policy.ts'
import { isOpen, type RunDraft, type RunHead, type RunView } from './run-view.ts'

export interface Decided {
  readonly facts: readonly RunFact[]
  /** The draft's head after the facts: for what is not a fact (how far the opening scan came). */
  readonly head: RunHead
}

/**
 * Decides a batch of inputs in their order, each on the outcome of those before it. `run` is only read.
 * Inputs that change nothing (repeats, answers of past attempts, anything after the end) give no facts.
 */
export function decide(run: RunView, inputs: readonly RunInput[], atMs: number): Decided {
  const draft = new Draft(run)
  const facts = inputs.flatMap((input) => decideOne(draft, input, atMs))
  return { facts, head: draft.head }
}

function decideOne(draft: RunDraft, input: RunInput, atMs: number): readonly RunFact[] {
  const decision = new Decision(draft, atMs)
  if (input.kind === 'open') {
    if (draft.head.opened === undefined) open(decision, input)
    return decision.facts
  }
  if (!isOpen(draft)) return []
  switch (input.kind) {
    case 'dispatch':
      dispatch(decision, input.limit)
      break
    case 'tick':
      tick(decision)
      break
    case 'cancel':
      endEarly(decision, 'cancelled', input.reason)
      break
    case 'loaded':
      loaded(decision, input)
      break
    case 'failed':
      failed(decision, input)
      break
  }
  decision.endIfDone()
  return decision.facts
}

function open(decision: Decision, input: OpenInput): void {
  const { plan } = decision.run
  decision.say({
    type: 'run-opened',
    plan: plan.hash,
    objects: plan.objects.length,
    tenant: input.tenant,
    ...(input.workflow === undefined ? {} : { workflow: input.workflow }),
    ...(input.businessDate === undefined ? {} : { business_date: input.businessDate }),
    policy: input.policy,
  })
  for (const load of input.reused) {
    if (!plan.indexOf.has(load.objectId)) continue
    const result = load.result === undefined ? {} : { result: load.result }
    decision.say({
      type: 'object-reused',
      object_id: load.objectId,
      loaded_at_ms: load.loadedAtMs,
      ...result,
    })
  }
  decision.endIfDone()
}

// A large run is announced in chunks: the scan goes over the plan once, in order of dispatch. What the
// answers free in the meantime is announced with its answer and found here as no longer waiting.
function dispatch(decision: Decision, limit: number): void {
  const { run } = decision
  const order = run.plan.dispatchOrder
  let scanned = run.head.scanned
  for (let announced = 0; scanned < order.length && announced < limit; scanned++) {
    const index = at(order, scanned)
    if (!canStart(run, index)) continue
    decision.ready(index)
    announced++
  }
  run.head = { ...run.head, scanned }
}

function canStart(run: RunView, index: number): boolean {
  return run.stateOf(index) === 'waiting' && run.pendingOf(index) === 0 && run.attemptOf(index) === 0
}

function loaded(decision: Decision, answer: LoadedAnswer): void {
  const index = currentIndex(decision.run, answer)
  if (index === undefined) return
  decision.say({
    type: 'object-loaded',
    object_id: answer.objectId,
    attempt: decision.run.attemptOf(index),
    ...(answer.info === undefined ? {} : { info: answer.info }),
    ...(answer.result === undefined ? {} : { result: answer.result }),
  })
  forEachLink(decision.run.plan.children, index, (child) => {
    if (canStart(decision.run, child)) decision.ready(child)
  })
}

function failed(decision: Decision, answer: FailedAnswer): void {
  const index = currentIndex(decision.run, answer)
  if (index !== undefined) afterFailure(decision, index, answer.error)
}

// Answers repeat, and may come after their attempt was given up: only the attempt that is out now
// counts. This is what makes at-least-once delivery safe.
function currentIndex(run: RunView, answer: Answer): number | undefined {
  const index = run.plan.indexOf.get(answer.objectId)
  if (index === undefined || run.stateOf(index) !== 'ready') return undefined
  if (answer.attempt !== undefined && answer.attempt !== run.attemptOf(index)) return undefined
  return index
}

function afterFailure(decision: Decision, index: number, error: AnswerError): void {
  const { run, atMs } = decision
  const policy = run.head.opened?.policy
  const attempt = run.attemptOf(index)
  const object_id = decision.idOf(index)
  if (policy !== undefined && error.retryable && attempt <= policy.max_retries) {
    const waitMs = retryDelayMs(policy, run.id, object_id, attempt)
    const due_at_ms = Math.ceil((atMs + waitMs) / retryGridMs) * retryGridMs
    decision.say({ type: 'object-retry-scheduled', object_id, attempt, due_at_ms, error })
    return
  }
  decision.say({ type: 'object-failed', object_id, attempt, error })
  blockDescendants(decision, index)
}

function blockDescendants(decision: Decision, failedIndex: number): void {
  const by = decision.idOf(failedIndex)
  const queue = [failedIndex]
  for (let next = 0; next < queue.length; next++) {
    forEachLink(decision.run.plan.children, at(queue, next), (child) => {
      if (isFinal(decision.run.stateOf(child))) return
      decision.say({ type: 'object-blocked', object_id: decision.idOf(child), by })
      queue.push(child)
    })
  }
}

function tick(decision: Decision): void {
  const { run, atMs } = decision
  if (atMs < run.head.nextDueAtMs) return
  const runTimeoutMs = run.head.opened?.policy.run_timeout_ms ?? null
  if (runTimeoutMs !== null && atMs >= run.head.openedAtMs + runTimeoutMs) {
    endEarly(decision, 'timed-out', `the run took longer than ${runTimeoutMs / 1000} s`)
    return
  }
  for (const index of dueObjects(run, atMs)) {
    if (run.stateOf(index) === 'waiting') decision.ready(index)
    else if (run.stateOf(index) === 'ready') afterFailure(decision, index, timedOut(run, index))
  }
}

function timedOut(run: RunView, index: number): AnswerError {
  const detail = `no answer to attempt ${run.attemptOf(index)} before its deadline`
  return { code: 'ATTEMPT_TIMED_OUT', retryable: true, detail }
}

// One look at every object: retries fall due on a grid, so looks are few, and a heap would have to follow
// every draft. What is not due yet sets the next look exactly.
function dueObjects(run: RunDraft, atMs: number): readonly number[] {
  const due: number[] = []
  const runTimeoutMs = run.head.opened?.policy.run_timeout_ms ?? null
  let nextDueAtMs = runTimeoutMs === null ? Number.POSITIVE_INFINITY : run.head.openedAtMs + runTimeoutMs
  for (let index = 0; index < run.plan.objects.length; index++) {
    const dueAtMs = run.dueAtMsOf(index)
    if (dueAtMs === 0) continue
    if (dueAtMs <= atMs) due.push(index)
    else if (dueAtMs < nextDueAtMs) nextDueAtMs = dueAtMs
  }
  run.head = { ...run.head, nextDueAtMs }
  return due
}

function endEarly(decision: Decision, state: 'cancelled' | 'timed-out', reason: string): void {
  const { run } = decision
  for (let index = 0; index < run.plan.objects.length; index++) {
    if (!isFinal(run.stateOf(index)))
      decision.say({ type: 'object-cancelled', object_id: decision.idOf(index) })
  }
  decision.end(state, reason)
}
