// The checker of an object's states notices each way to break them.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { declaredTransitions } from '../../../../../tools/simulator/checkers/declared-transitions.ts'
import { commitsOf, failed, late, loaded, ready, retry, said, storyOf } from '../../../../support/story-of.ts'

const look = (facts: readonly RunFact[]) => declaredTransitions(storyOf({ commits: commitsOf(facts) }))

it.each<[string, readonly RunFact[]]>([
  ['a retry', [ready('1001'), retry(1), ready('1001', 2), loaded('1001', 2)]],
  [
    'a retry by hand',
    [ready('1001'), failed(1), said('object-retried'), said('object-reset'), ready('1001', 2)],
  ],
  ['a late result that is accepted', [ready('1001'), retry(1), late(1), said('late-result-accepted')]],
  ['a mark of what is blocked', [said('object-blocked'), said('object-marked-loaded'), late(1)]],
  [
    'a skip of what failed and was discarded',
    [ready('1001'), failed(1), said('object-discarded'), said('object-skipped')],
  ],
])('finds nothing in a good story with %s', (_, facts) => {
  expect(look(facts)).toEqual([])
  expect(declaredTransitions(storyOf())).toEqual([])
})

it.each<[string, readonly RunFact[]]>([
  ['loaded before it was ready', [loaded('1001', 0)]],
  ['loaded twice', [ready('1001'), loaded('1001'), loaded('1001')]],
  ['ready again after its end', [ready('1001'), loaded('1001'), ready('1001', 2)]],
  ['blocked while it is out', [ready('1001'), said('object-blocked')]],
  ['set back though it is loaded', [ready('1001'), loaded('1001'), said('object-reset')]],
  ['skipped though it is loaded', [ready('1001'), loaded('1001'), said('object-skipped')]],
  ['discarded though it has not failed', [ready('1001'), said('object-discarded')]],
  ['loaded between two attempts', [ready('1001'), retry(1), loaded('1001', 1)]],
])('finds an object that is %s', (_, facts) => {
  expect(look(facts)).toMatchObject([{ rule: 'declared transitions' }])
})
