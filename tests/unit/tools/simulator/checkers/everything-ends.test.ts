// The checker of ends notices a run that does not end as it should.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { everythingEnds } from '../../../../../tools/simulator/checkers/everything-ends.ts'
import { commitsOf, ended, loaded, opened, storyOf } from '../../../../support/story-of.ts'

it('finds nothing in a good story', () => {
  expect(everythingEnds(storyOf())).toEqual([])
})

it.each<[string, readonly RunFact[], string]>([
  ['never ends', [opened, loaded('1001'), loaded('2001')], 'r ended 0 times'],
  ['ends twice', [loaded('1001'), loaded('2001'), ended(), ended()], 'r ended 2 times'],
  ['forgets an object', [loaded('1001'), ended({ loaded: 1 })], '2001 of r never ended'],
  ['counts wrong', [loaded('1001'), loaded('2001'), ended({ loaded: 1, failed: 1 })], 'its facts say'],
])('finds a run that %s', (_, facts, text) => {
  const violations = everythingEnds(storyOf({ commits: commitsOf(facts) }))
  expect(violations).toMatchObject([{ rule: 'everything ends', text: expect.stringContaining(text) }])
})

it('finds a run that was opened and of which nothing was kept', () => {
  expect(everythingEnds(storyOf({ opened: new Set(['r', 'lost']) }))).toMatchObject([
    { text: 'lost ended 0 times' },
  ])
})
