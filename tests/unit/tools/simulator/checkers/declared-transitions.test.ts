// The checker of an object's states and attempts notices each way to break them.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { declaredTransitions } from '../../../../../tools/simulator/checkers/declared-transitions.ts'
import { commitsOf, loaded, ready, storyOf } from '../../../../support/story-of.ts'

const error = { code: 'X', retryable: true, detail: '' }
const retry = (attempt: number): RunFact => ({
  type: 'object-retry-scheduled',
  object_id: '1001',
  attempt,
  due_at_ms: 1,
  error,
})

it('finds nothing in a good story, with a retry or without', () => {
  expect(declaredTransitions(storyOf())).toEqual([])
  const commits = commitsOf([ready('1001'), retry(1), ready('1001', 2), loaded('1001', 2)])
  expect(declaredTransitions(storyOf({ commits }))).toEqual([])
})

it.each<[string, readonly RunFact[], string]>([
  ['loaded before it was ready', [loaded('1001', 0)], 'declared transitions'],
  ['loaded twice', [ready('1001'), loaded('1001'), loaded('1001')], 'declared transitions'],
  ['ready again after its end', [ready('1001'), loaded('1001'), ready('1001', 2)], 'declared transitions'],
  [
    'blocked while it is out',
    [ready('1001'), { type: 'object-blocked', object_id: '1001', by: 'x' }],
    'declared transitions',
  ],
  ['ready without a next attempt', [ready('1001'), retry(1), ready('1001', 1)], 'attempts'],
  ['loaded in an attempt that is not out', [ready('1001'), loaded('1001', 2)], 'attempts'],
  [
    'ready more often than it may be',
    [ready('1001'), retry(1), ready('1001', 2), retry(2), ready('1001', 3)],
    'attempts',
  ],
])('finds an object that is %s', (_, facts, rule) => {
  expect(declaredTransitions(storyOf({ commits: commitsOf(facts) }))).toMatchObject([{ rule }])
})
