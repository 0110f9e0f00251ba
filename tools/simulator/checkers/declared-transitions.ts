// An object's state only moves along the declared machine, and its attempts only go up, never past the maximum.

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { type Checker, factsOf, type Violation } from '../story.ts'

/** What may be said of an object in which state. */
const declared: Readonly<Record<string, readonly string[]>> = {
  waiting: ['object-ready', 'object-reused', 'object-blocked', 'object-cancelled'],
  'object-ready': ['object-loaded', 'object-failed', 'object-retry-scheduled', 'object-cancelled'],
  'object-retry-scheduled': ['object-ready', 'object-cancelled'],
}

export const declaredTransitions: Checker = (story) => {
  const states = new Map<string, { state: string; attempt: number }>()
  return factsOf(story).flatMap(({ runId, fact }) => {
    // A late result leaves its object as it is.
    if (!('object_id' in fact) || fact.type === 'late-result') return []
    const name = `${fact.object_id} of ${runId}`
    const before = states.get(name) ?? { state: 'waiting', attempt: 0 }
    const attempt = ('attempt' in fact ? fact.attempt : undefined) ?? before.attempt
    states.set(name, { state: fact.type, attempt })
    return [
      ...wrongMove(name, before.state, fact),
      ...wrongAttempt(name, before.attempt, attempt, fact, story.maxRetries),
    ]
  })
}

function wrongMove(name: string, from: string, fact: RunFact): readonly Violation[] {
  if (declared[from]?.includes(fact.type)) return []
  return [{ rule: 'declared transitions', text: `${name} went from ${from} to ${fact.type}` }]
}

function wrongAttempt(
  name: string,
  before: number,
  attempt: number,
  fact: RunFact,
  maxRetries: number,
): readonly Violation[] {
  const expected = fact.type === 'object-ready' ? before + 1 : before
  if (attempt === expected && attempt <= maxRetries + 1) return []
  return [{ rule: 'attempts', text: `${name} says ${fact.type} with attempt ${attempt} after ${before}` }]
}
