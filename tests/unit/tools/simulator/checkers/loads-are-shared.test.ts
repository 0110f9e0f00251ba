// The checker of shared builds finds two loads of one object beside each other, and knows when they are nobody's fault.

import { expect, it } from 'vitest'
import { loadsAreShared } from '../../../../../tools/simulator/checkers/loads-are-shared.ts'
import type { Story } from '../../../../../tools/simulator/story.ts'
import { commitsOf, loadOf, refusal, retry, storyOf } from '../../../../support/story-of.ts'

const load = (runId: string, startedAtMs: number, overAtMs: number, objectId = '1001') =>
  loadOf(objectId, { runId, startedAtMs, overAtMs })
const beside = [load('r', 0, 10), load('other', 9, 20)]
const story = (changes: Partial<Story> = {}) => storyOf({ isShared: true, loads: beside, ...changes })

it('finds an object that two runs load at the same time', () => {
  expect(loadsAreShared(story())).toEqual([
    { rule: 'loads are shared', text: '1001 was loaded for r and for other at the same time' },
  ])
})

it('finds it also where a breaker has refused them: both were told, and ask again together', () => {
  const everKept = commitsOf([retry(1, { given_up: 'not-begun', error: refusal })])
  expect(loadsAreShared(story({ everKept }))).toHaveLength(1)
})

it.each([
  ['one after the other', { loads: [load('r', 0, 10), load('other', 10, 20)] }],
  ['of one run, whose worker was taken for dead', { loads: [load('r', 0, 10), load('r', 9, 20)] }],
  [
    'of an object with parents, which may differ',
    { loads: beside.map((one) => ({ ...one, objectId: '2001' })) },
  ],
  ['where runs share nothing', { isShared: false }],
  ['where the store forgot who waits for whom', { leaseTroubles: [{ worker: null, atMs: 0 }] }],
  [
    'where somebody lost patience',
    {
      everKept: commitsOf([
        {
          type: 'object-retry-scheduled',
          object_id: '1001',
          attempt: 1,
          due_at_ms: 1,
          error: { code: 'ATTEMPT_TIMED_OUT', retryable: true, detail: '' },
          given_up: 'timed-out',
        },
      ]),
    },
  ],
])('finds nothing in loads %s', (_, changes) => {
  expect(loadsAreShared(story(changes))).toEqual([])
})
