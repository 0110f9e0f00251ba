// Retries and deadlines come when object, zone or run says, by the run's own clock, and nothing is given up before.

import type { ObjectReady, ObjectRetryScheduled } from '../../../orchestrator/core/run/run-fact.ts'
import { isOfOldRelease } from '../old-run.ts'
import type { RunBook } from '../oracle/run-book.ts'
import { wrongFacts } from '../oracle/story-books.ts'
import type { Checker } from '../story.ts'

/** Retries fall due on a grid. */
const gridMs = 50
/** Of each wait a random part is left out, and never more. */
const leastPart = 0.1

export const patienceIsKept: Checker = (story) =>
  wrongFacts(story, 'patience is kept', (fact, book, commit) => {
    if (isOfOldRelease(commit)) return undefined
    if (fact.type === 'run-opened')
      return isSame(fact.policy, story.policy)
        ? undefined
        : 'was opened with another policy than was asked for'
    if (fact.type === 'object-ready') return wrongStart(fact, book, commit.at_ms)
    if (!('given_up' in fact) && fact.type !== 'object-retry-scheduled') return undefined
    const { dueAtMs } = book.of(fact.object_id)
    if (fact.given_up === 'timed-out' && commit.at_ms < dueAtMs)
      return `times out ${dueAtMs - commit.at_ms} ms early`
    return fact.type === 'object-retry-scheduled' ? wrongWait(fact, book, commit.at_ms) : undefined
  })

function wrongStart({ object_id, deadline_ms }: ObjectReady, book: RunBook, atMs: number): readonly string[] {
  const { state, dueAtMs } = book.of(object_id)
  const { answerMs } = book.patienceOf(object_id)
  const isEarly = state === 'retrying' && atMs < dueAtMs
  const saidMs = (deadline_ms ?? Number.POSITIVE_INFINITY) - atMs
  return [
    ...(isEarly ? [`is tried again ${dueAtMs - atMs} ms before its time`] : []),
    ...(saidMs === answerMs ? [] : [`may take ${saidMs} ms to answer, and should have ${answerMs}`]),
  ]
}

function wrongWait(fact: ObjectRetryScheduled, book: RunBook, atMs: number): string | undefined {
  const { object_id, due_at_ms, given_up } = fact
  if (given_up !== undefined && given_up !== 'timed-out') return undefined
  const { baseMs, factor, capMs } = book.patienceOf(object_id)
  const longestMs = Math.min(capMs, baseMs * factor ** book.of(object_id).failures)
  const waitMs = due_at_ms - atMs
  // Rounded to whole milliseconds, and up to the grid.
  if (waitMs >= Math.floor(longestMs * leastPart) && waitMs <= longestMs + gridMs) return undefined
  return `waits for ${waitMs} ms, and at most ${longestMs} are said`
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
