// The checker of what waits notices what nothing will ever move on.

import { expect, it } from 'vitest'
import { nothingWaitsAlone } from '../../../../../tools/simulator/checkers/nothing-waits-alone.ts'
import { storyOf } from '../../../../support/story-of.ts'

const waiting = (...because: readonly string[]) =>
  storyOf({ waiting: [{ runId: 'r', objectId: '1001', state: 'ready', atMs: 5, because }] })

it('finds nothing where something will move everything on', () => {
  expect(nothingWaitsAlone(storyOf())).toEqual([])
  expect(nothingWaitsAlone(waiting('leased', 'asked'))).toEqual([])
})

it('finds what has no reason to wait', () => {
  expect(nothingWaitsAlone(waiting())).toEqual([
    { rule: 'nothing waits alone', text: '1001 of r was ready at 5, and nothing would have moved it on' },
  ])
})
