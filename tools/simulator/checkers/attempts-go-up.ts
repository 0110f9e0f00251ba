// Attempts and versions never go down, and nothing counts that an older attempt said, unless a person wants it.

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
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
  const ofObjects = factsOf(story).flatMap(({ runId, fact }) => {
    if (!('object_id' in fact)) return []
    const name = `${fact.object_id} of ${runId}`
    const attempts = all.get(name) ?? { current: 0, isOut: false, givenUp: new Set(), late: new Map() }
    all.set(name, attempts)
    const wrong = wrongIn(fact, attempts)
    follow(fact, attempts)
    return wrong === undefined ? [] : [violation(`${name} ${wrong} (${fact.type} after ${attempts.current})`)]
  })
  return [...ofObjects, ...brokenChains(story)]
}

function wrongIn(fact: RunFact, { current, isOut, givenUp, late }: Attempts): string | undefined {
  switch (fact.type) {
    case 'object-ready':
      return fact.attempt === current + 1 ? undefined : `is announced as attempt ${fact.attempt}`
    case 'object-loaded':
    case 'object-failed':
    case 'object-retry-scheduled':
      return isOut && fact.attempt === current ? undefined : `is answered by attempt ${fact.attempt}`
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
  const answered = fact.type === 'object-loaded' || ('given_up' in fact ? false : 'error' in fact)
  if (attempts.isOut && !answered) attempts.givenUp.add(attempts.current)
  attempts.isOut = false
}

const endsAttempt: ReadonlySet<RunFact['type']> = new Set([
  'object-loaded',
  'object-failed',
  'object-retry-scheduled',
  'object-cancelled',
  'object-marked-loaded',
  'object-skipped',
  'late-result-accepted',
])

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
