// The checker of cancels notices a run that goes on after somebody was told that it does not.

import { expect, it } from 'vitest'
import { cancelsCount } from '../../../../../tools/simulator/checkers/cancels-count.ts'
import { commitsOf, ended, opened, ready, storyOf } from '../../../../support/story-of.ts'

const commits = commitsOf([opened], [ready('1001')], [ended()])
const cancelAt = (settledAtMs: number, runId = 'r') =>
  storyOf({ commits, commands: [{ kind: 'cancel', runId, settledAtMs }] })

it('finds nothing where the run had ended by then', () => {
  expect(cancelsCount(storyOf({ commits }))).toEqual([])
  expect(cancelsCount(cancelAt(2))).toEqual([])
  expect(cancelsCount(cancelAt(99))).toEqual([])
})

it.each([
  ['goes on', cancelAt(1)],
  [
    'never ends',
    storyOf({ commits: commits.slice(0, 2), commands: [{ kind: 'cancel', runId: 'r', settledAtMs: 9 }] }),
  ],
  ['is not there', cancelAt(9, 'other')],
])('finds a cancelled run that %s', (_, story) => {
  expect(cancelsCount(story)).toMatchObject([{ rule: 'cancels count' }])
})
