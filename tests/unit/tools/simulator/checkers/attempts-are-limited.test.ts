// The checker of limits notices an object that is tried too often.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { defaultRunPolicy, mostLost, mostUnclaimed } from '../../../../../orchestrator/core/run/run-policy.ts'
import { attemptsAreLimited } from '../../../../../tools/simulator/checkers/attempts-are-limited.ts'
import {
  commitsOf,
  failed,
  failure,
  ready,
  refusal,
  retry,
  said,
  storyOf,
} from '../../../../support/story-of.ts'

const look = (facts: readonly RunFact[]) =>
  attemptsAreLimited(storyOf({ commits: commitsOf(facts), policy: { ...defaultRunPolicy, max_retries: 1 } }))
const twice = [ready('1001'), retry(1), ready('1001', 2)]
const lostTimes = (times: number, given_up: 'lost' | 'not-begun', code = 'ATTEMPT_LOST') =>
  Array.from({ length: times }, (_, index) => [
    ready('1001', index + 1),
    retry(index + 1, { given_up, error: { ...failure, code } }),
  ]).flat()

it('lets an object be tried as often as it may, spared attempts aside, and anew when somebody sets it back', () => {
  expect(look(twice)).toEqual([])
  expect(look([...lostTimes(mostLost, 'lost'), ...twice])).toEqual([])
  expect(look([...lostTimes(mostLost + 3, 'not-begun'), ...twice])).toEqual([])
  expect(
    look([...twice, failed(2), said('object-reset'), ready('1001', 3), retry(3), ready('1001', 4)]),
  ).toEqual([])
})

it('finds one try too many', () => {
  expect(look([...twice, retry(2), ready('1001', 3)])).toMatchObject([{ rule: 'attempts are limited' }])
  const timedOut = [
    ready('1001'),
    retry(1, { given_up: 'timed-out' }),
    ready('1001', 2),
    retry(2),
    ready('1001', 3),
  ]
  expect(look(timedOut)).toHaveLength(1)
})

it('finds an object that was lost too often and is tried again', () => {
  expect(look(lostTimes(mostLost + 1, 'lost'))).toMatchObject([{ rule: 'attempts are limited' }])
})

it('lets an object wait for a breaker, and finds a failure that is called a refusal', () => {
  expect(look([...lostTimes(mostUnclaimed, 'not-begun', refusal.code), ...twice])).toEqual([])
  expect(look([...lostTimes(2, 'not-begun', 'LOADER_FAILED'), ready('1001', 3)])).toMatchObject([
    { rule: 'attempts are limited' },
  ])
})

it('lets an object be refused a hundred times and unclaimed as often', () => {
  const refused = lostTimes(mostUnclaimed, 'not-begun', refusal.code)
  expect(look([...refused, ...lostTimes(mostUnclaimed, 'not-begun')])).toEqual([])
  expect(look(lostTimes(mostUnclaimed + 1, 'not-begun'))).not.toEqual([])
})

it('finds an object that was refused without end', () => {
  const [first] = look(lostTimes(mostUnclaimed + 1, 'not-begun', refusal.code))
  expect(first).toMatchObject({ rule: 'attempts are limited', text: expect.stringContaining('101 times') })
})
