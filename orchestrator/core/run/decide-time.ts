// What time does to a run: retries and deadlines fall due, waiting ends, and so does patience with the run itself.

import { limitInWords } from '../../../shared/base/limit-in-words.ts'
import type { AnswerError } from '../../../shared/events/answer.ts'
import { afterFailure, blockIfDoomed } from './decide-answers.ts'
import type { Decision } from './decision.ts'
import { patienceOf } from './object-patience.ts'
import { isFinal } from './object-state.ts'
import { canStart, nextWaitEndMs } from './readiness.ts'
import type { CancelInput } from './run-input.ts'
import type { RunDraft, RunView } from './run-view.ts'

export function tick(decision: Decision): void {
  const { run, atMs } = decision
  if (atMs < run.head.nextDueAtMs) return
  const timeoutMs = run.head.opened?.policy.run_timeout_ms ?? null
  if (timeoutMs !== null && atMs >= run.head.clockAtMs + timeoutMs) {
    endEarly(decision, 'timed-out', {
      reason: `the run took longer than ${limitInWords(timeoutMs)}, its run_timeout`,
    })
    return
  }
  for (const index of dueObjects(run, atMs)) {
    // What came of one that was due before it may have announced it anew: that attempt has all its time.
    if (!isDue(run, index, atMs)) continue
    if (run.stateOf(index) === 'ready')
      afterFailure(decision, index, timedOut(run, index), { given_up: 'timed-out' })
    else if (canStart(run, index, atMs)) decision.ready(index)
    else blockIfDoomed(decision, index)
  }
}

function isDue(run: RunView, index: number, atMs: number): boolean {
  const dueAtMs = run.dueAtMsOf(index)
  return dueAtMs !== 0 && dueAtMs <= atMs
}

function timedOut(run: RunView, index: number): AnswerError {
  const limit = limitInWords(patienceOf(run, index).answer_timeout_ms ?? 0)
  const detail = `no answer to attempt ${run.attemptOf(index)}: it timed out after ${limit} (answer_timeout)`
  return { code: 'ATTEMPT_TIMED_OUT', retryable: true, detail }
}

// One look at every object: retries fall due on a grid, so looks are few, and a heap would have to follow
// every draft. What is not due yet sets the next look exactly.
function dueObjects(run: RunDraft, atMs: number): readonly number[] {
  const due: number[] = []
  const timeoutMs = run.head.opened?.policy.run_timeout_ms ?? null
  let nextDueAtMs = timeoutMs === null ? Number.POSITIVE_INFINITY : run.head.clockAtMs + timeoutMs
  for (let index = 0; index < run.plan.objects.length; index++) {
    const dueAtMs = run.dueAtMsOf(index)
    if (dueAtMs === 0) continue
    if (dueAtMs <= atMs) due.push(index)
    const nextMs = dueAtMs > atMs ? dueAtMs : nextWaitEndMs(run, index, atMs)
    if (nextMs < nextDueAtMs) nextDueAtMs = nextMs
  }
  run.head = { ...run.head, nextDueAtMs }
  return due
}

export function cancelRun(decision: Decision, { reason, by }: CancelInput): void {
  endEarly(decision, 'cancelled', { reason, ...(by === undefined ? {} : { by }) })
}

function endEarly(
  decision: Decision,
  state: 'cancelled' | 'timed-out',
  why: { readonly reason: string; readonly by?: string },
): void {
  const { run } = decision
  for (let index = 0; index < run.plan.objects.length; index++) {
    if (isFinal(run.stateOf(index))) continue
    const isOut = run.stateOf(index) === 'ready'
    const attempt = isOut ? { attempt: run.attemptOf(index) } : {}
    decision.say({ type: 'object-cancelled', object_id: decision.idOf(index), ...attempt })
  }
  decision.end(state, why)
}
