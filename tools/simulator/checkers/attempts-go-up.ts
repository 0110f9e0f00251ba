// Attempts and versions never go down, and nothing counts that an older attempt said, unless a person wants it.

import type {
  ObjectFailed,
  ObjectLoaded,
  ObjectRetryScheduled,
  RunFact,
} from '../../../orchestrator/core/run/run-fact.ts'
import { endsAttempt } from '../oracle/ends-attempt.ts'
import { type Checker, factsOf, type Story, type Violation } from '../story.ts'

interface Attempts {
  current: number
  isOut: boolean
  /** Attempts that nobody waits for any more. */
  readonly givenUp: Set<number>
  /** What attempts that were given up have said. */
  readonly late: Map<number, 'loaded' | 'failed'>
}

export const attemptsGoUp: Checker = (story) => {
  const all = new Map<string, Attempts>()
  const announced = announcedIn(story)
  const ofObjects = factsOf(story).flatMap(({ runId, fact }) => {
    if (!('object_id' in fact)) return []
    const name = `${fact.object_id} of ${runId}`
    const attempts = all.get(name) ?? { current: 0, isOut: false, givenUp: new Set(), late: new Map() }
    all.set(name, attempts)
    const isLost = (attempt: number) => announced.has(`attempt ${attempt} at ${name}`)
    const wrong = wrongIn(fact, attempts, isLost)
    follow(fact, attempts)
    return wrong === undefined ? [] : [violation(`${name} ${wrong} (${fact.type} after ${attempts.current})`)]
  })
  return [...ofObjects, ...brokenChains(story)]
}

/** Every attempt that a commit has announced, also those that the store has lost. */
function announcedIn({ everKept }: Story): ReadonlySet<string> {
  const announced = new Set<string>()
  for (const { run_id, facts } of everKept)
    for (const fact of facts)
      if (fact.type === 'object-ready')
        announced.add(`attempt ${fact.attempt} at ${fact.object_id} of ${run_id}`)
  return announced
}

/** `isAnnounced`: what a lost commit has announced was made all the same, and counts when it is answered. */
function wrongIn(
  fact: RunFact,
  { current, isOut, givenUp, late }: Attempts,
  isAnnounced: (attempt: number) => boolean,
): string | undefined {
  switch (fact.type) {
    case 'object-ready':
      return fact.attempt === current + 1 ? undefined : `is announced as attempt ${fact.attempt}`
    case 'object-loaded':
    case 'object-failed':
    case 'object-retry-scheduled':
      if (isOut && (fact.attempt === current || (fact.attempt > current && isAnnounced(fact.attempt))))
        return undefined
      return `is answered by attempt ${fact.attempt}`
    case 'late-result':
      if (!givenUp.has(fact.attempt))
        return `has a late result of attempt ${fact.attempt}, which was not given up`
      return late.has(fact.attempt) ? `has a second late result of attempt ${fact.attempt}` : undefined
    case 'late-result-accepted':
      return late.get(fact.attempt) === 'loaded' ? undefined : `is loaded by the late attempt ${fact.attempt}`
    case 'object-cancelled':
    case 'object-marked-loaded':
    case 'object-skipped':
      return fact.attempt === (isOut ? current : undefined) ? undefined : `gives up attempt ${fact.attempt}`
  }
  return undefined
}

function follow(fact: RunFact, attempts: Attempts): void {
  if (fact.type === 'late-result') attempts.late.set(fact.attempt, fact.outcome)
  if (fact.type === 'object-ready') {
    attempts.current = fact.attempt
    attempts.isOut = true
  }
  if (!endsAttempt.has(fact.type)) return
  if (attempts.isOut && isAnswer(fact))
    while (attempts.current < fact.attempt) attempts.givenUp.add(attempts.current++)
  const answered = fact.type === 'object-loaded' || ('given_up' in fact ? false : 'error' in fact)
  if (attempts.isOut && !answered) attempts.givenUp.add(attempts.current)
  attempts.isOut = false
}

function isAnswer(fact: RunFact): fact is ObjectLoaded | ObjectFailed | ObjectRetryScheduled {
  return ['object-loaded', 'object-failed', 'object-retry-scheduled'].includes(fact.type)
}

function brokenChains({ commits }: Story): readonly Violation[] {
  const last = new Map<string, { readonly version: number; readonly id: string | undefined }>()
  return commits.flatMap(({ run_id, version, id, prev }) => {
    const before = last.get(run_id) ?? { version: 0, id: undefined }
    last.set(run_id, { version, id })
    if (version === before.version + 1 && prev === before.id) return []
    return [
      violation(`commit ${version} of ${run_id} stands after ${before.version} and was made on ${prev}`),
    ]
  })
}

function violation(text: string): Violation {
  return { rule: 'attempts go up', text }
}
