// Which attempts of a run nobody should begin any more.

import { expect, it } from 'vitest'
import { attemptsOver } from '../../../../../orchestrator/core/run/attempts-over.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { dispatch, failed, loaded, open, runAfter } from '../../../../support/run-spec.ts'

const plan = planOf({ a: [], b: [], c: ['a'] })
const named = (...inputs: Parameters<typeof runAfter>[1]) =>
  attemptsOver(runAfter(plan, [open(), dispatch, ...inputs])).map(
    ({ objectId, attempt }) => `${objectId}#${attempt}`,
  )

it('are none of those that are out, and none of what was never announced', () => {
  expect(named()).toEqual([])
})

it('are those that were answered, also when the next one is not due yet', () => {
  expect(named(loaded('a', 1), failed('b', 1))).toEqual(['a#1', 'b#1'])
})
