// The checker of runs notices what a run must not say at that moment.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { runsKeepOrder } from '../../../../../tools/simulator/checkers/runs-keep-order.ts'
import { commitsOf, ended, late, loaded, opened, ready, said, storyOf } from '../../../../support/story-of.ts'

const look = (facts: readonly RunFact[]) => runsKeepOrder(storyOf({ commits: commitsOf(facts) }))
const [paused, resumed, reopened] = [said('run-paused'), said('run-resumed'), said('run-reopened')]

it('finds nothing in a run that is paused, ends, hears of a late result, goes on and ends anew', () => {
  expect(runsKeepOrder(storyOf())).toEqual([])
  const life = [opened, ready('1001'), paused, loaded('1001'), resumed, ready('2001'), ended()]
  expect(look([...life, late(1), reopened, ready('2001', 2), ended()])).toEqual([])
  expect(look([opened, paused, ended()])).toEqual([])
})

it.each<[string, readonly RunFact[]]>([
  ['is opened twice', [opened, opened]],
  ['speaks before it is opened', [ready('1001'), opened]],
  ['ends twice', [opened, ended(), ended()]],
  ['goes on after its end', [opened, ended(), ready('1001')]],
  ['announces something while it is paused', [opened, paused, ready('1001')]],
  ['is paused twice', [opened, paused, paused]],
  ['is resumed though it is not paused', [opened, resumed]],
  ['is reopened though it has not ended', [opened, reopened]],
])('finds a run that %s', (_, facts) => {
  expect(look(facts)).toMatchObject([{ rule: 'runs keep order' }])
})
