// The checker of answers notices an attempt that is loaded and failed.

import { expect, it } from 'vitest'
import { oneAnswerAnAttempt } from '../../../../../tools/simulator/checkers/one-answer-an-attempt.ts'
import { storyOf } from '../../../../support/story-of.ts'

const answer = (status: string, attempt = 1) => ({
  ...{ runId: 'r', objectId: '1001', attempt, status, sentAtMs: 0 },
})

it('finds nothing where an answer is only repeated', () => {
  const answers = [answer('failed'), answer('loaded', 2), answer('failed')]
  expect(oneAnswerAnAttempt(storyOf({ answers }))).toEqual([])
})

it('finds two answers, unless the store that knew the first has lost it', () => {
  const answers = [answer('failed'), answer('loaded')]
  const violations = oneAnswerAnAttempt(storyOf({ answers, leaseTroubles: [{ worker: 'w', atMs: 1 }] }))
  expect(violations).toMatchObject([{ rule: 'one answer an attempt' }])
  expect(oneAnswerAnAttempt(storyOf({ answers, leaseTroubles: [{ worker: null, atMs: 1 }] }))).toEqual([])
})
