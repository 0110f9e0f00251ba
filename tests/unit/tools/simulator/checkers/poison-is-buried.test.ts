// The checker of the DLQ topic notices what is missing there, what came otherwise, and what does not belong there.

import { expect, it } from 'vitest'
import { poisonIsBuried } from '../../../../../tools/simulator/checkers/poison-is-buried.ts'
import type { Letter } from '../../../../../tools/simulator/story.ts'
import { poison, storyOf } from '../../../../support/story-of.ts'

const letter: Letter = { ...poison, code: 'EVENT_UNREADABLE', sentAtMs: 0 }
const answer = JSON.stringify({ id: '1001', run_id: 'r' })
const healthy: Letter = { value: answer, place: 'event.load.loaded/0/8', code: 'RUN_UNKNOWN', sentAtMs: 5 }

it('finds nothing where what was sent is buried, also when it was buried twice', () => {
  expect(poisonIsBuried(storyOf())).toEqual([])
  expect(poisonIsBuried(storyOf({ letters: [letter, letter] }))).toEqual([])
})

it.each<[string, readonly Letter[], string]>([
  ['is not there', [], 'is not in the DLQ topic'],
  [
    'was buried as of another place',
    [{ ...letter, place: 'event.load.loaded/0/6' }],
    'is not in the DLQ topic',
  ],
  ['is not what it was', [letter, { ...letter, value: 'p' }], 'came to the DLQ topic as something else'],
])('finds poison that %s', (_, letters, text) => {
  const violations = poisonIsBuried(storyOf({ letters }))
  expect(violations[0]).toMatchObject({ rule: 'poison is buried', text: expect.stringContaining(text) })
})

it('finds a healthy answer, unless the run that it answers was lost and is opened anew', () => {
  const opened = (atMs: number) => storyOf({ letters: [letter, healthy], keptAtMs: new Map([['r.1', atMs]]) })
  expect(poisonIsBuried(opened(4))).toMatchObject([{ text: expect.stringContaining('is healthy') }])
  expect(poisonIsBuried(opened(6))).toEqual([])
  const unreadable = { ...healthy, code: 'EVENT_UNREADABLE' }
  expect(poisonIsBuried(storyOf({ letters: [letter, unreadable] }))).toHaveLength(1)
})
