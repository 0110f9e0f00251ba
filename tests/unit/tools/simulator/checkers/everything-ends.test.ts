// The checker of ends notices a run that does not end as it should.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { everythingEnds } from '../../../../../tools/simulator/checkers/everything-ends.ts'
import { commitsOf, ended, failed, loaded, opened, said, storyOf } from '../../../../support/story-of.ts'

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

it('counts one end more each time that a run goes on, and what was set back as open', () => {
  const again = [
    [opened, failed(1), loaded('2001'), ended({ loaded: 1, failed: 1 })],
    [said('run-reopened'), said('object-retried'), said('object-reset')],
  ]
  const endsAnew = commitsOf(...again, [loaded('1001', 2), ended()])
  expect(everythingEnds(storyOf({ commits: endsAnew }))).toEqual([])
  const isSetBack = commitsOf(...again, [ended({ loaded: 1 })])
  expect(everythingEnds(storyOf({ commits: isSetBack }))).toMatchObject([{ text: '1001 of r never ended' }])
  expect(everythingEnds(storyOf({ commits: commitsOf(...again) }))).toMatchObject([
    { text: 'r ended 1 times and was reopened 1 times' },
  ])
})

it('counts what is skipped, and what is loaded by hand', () => {
  const skipped = commitsOf([said('object-skipped'), said('object-marked-loaded', { object_id: '2001' })])
  const end = (counts: object) => [...skipped, ...commitsOf([ended(counts)])]
  expect(everythingEnds(storyOf({ commits: end({ loaded: 1, skipped: 1 }) }))).toEqual([])
  expect(everythingEnds(storyOf({ commits: end({ loaded: 1 }) }))).toHaveLength(1)
})

it('finds a run that was opened and of which nothing was kept', () => {
  expect(everythingEnds(storyOf({ opened: new Set(['r', 'lost']) }))).toMatchObject([
    { text: 'lost ended 0 times and was reopened 0 times' },
  ])
})
