// The checker of attempts notices each way in which one that is over could count.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { attemptsGoUp } from '../../../../../tools/simulator/checkers/attempts-go-up.ts'
import { commitsOf, failed, late, loaded, ready, retry, said, storyOf } from '../../../../support/story-of.ts'

const look = (facts: readonly RunFact[]) => attemptsGoUp(storyOf({ commits: commitsOf(facts) }))
const timedOut = retry(1, { given_up: 'timed-out' })

it.each<[string, readonly RunFact[]]>([
  ['a retry', [ready('1001'), retry(1), ready('1001', 2), failed(2)]],
  ['a late result', [ready('1001'), timedOut, ready('1001', 2), late(1), loaded('1001', 2)]],
  [
    'a late result that is accepted',
    [ready('1001'), timedOut, late(1), said('late-result-accepted', { attempt: 1 })],
  ],
  ['a mark of what is out', [ready('1001'), said('object-marked-loaded', { attempt: 1 }), late(1)]],
  ['a skip of what is not', [said('object-skipped')]],
])('finds nothing in a good story with %s', (_, facts) => {
  expect(look(facts)).toEqual([])
  expect(attemptsGoUp(storyOf())).toEqual([])
})

it.each<[string, readonly RunFact[]]>([
  ['is announced as the same attempt again', [ready('1001'), retry(1), ready('1001', 1)]],
  ['leaves an attempt out', [ready('1001'), retry(1), ready('1001', 3)]],
  ['is loaded in an older attempt', [ready('1001'), timedOut, ready('1001', 2), loaded('1001', 1)]],
  ['is loaded in an attempt that never was', [ready('1001'), loaded('1001', 2)]],
  ['is answered between attempts', [ready('1001'), retry(1), failed(1)]],
  ['has a late result of what was answered', [ready('1001'), retry(1), late(1)]],
  ['has one late result twice', [ready('1001'), timedOut, late(1), late(1)]],
  [
    'is loaded by a late failure',
    [ready('1001'), timedOut, late(1, 'failed'), said('late-result-accepted', { attempt: 1 })],
  ],
  [
    'is loaded by a late result that nobody saw',
    [ready('1001'), timedOut, said('late-result-accepted', { attempt: 1 })],
  ],
  ['is cancelled without a word of what is out', [ready('1001'), said('object-cancelled')]],
  ['is skipped in an attempt that is not out', [said('object-skipped', { attempt: 1 })]],
])('finds an object that %s', (_, facts) => {
  expect(look(facts)).toMatchObject([{ rule: 'attempts go up' }])
})

it('finds a commit that stands on another one than it was made on, or has a wrong number', () => {
  const [first, second] = commitsOf([ready('1001')], [loaded('1001')])
  if (first === undefined || second === undefined) throw new Error('two commits were made')
  const look = (changes: object) => attemptsGoUp(storyOf({ commits: [first, { ...second, ...changes }] }))
  expect(look({})).toEqual([])
  expect(look({ prev: 'another' })).toHaveLength(1)
  expect(look({ version: 1 })).toHaveLength(1)
})

it('takes an attempt above the current one that a lost commit had announced for what it is', () => {
  const everKept = commitsOf([ready('1001')], [retry(1), ready('1001', 2)])
  const story = (...facts: readonly RunFact[]) =>
    attemptsGoUp(storyOf({ commits: commitsOf(facts), everKept }))
  expect(story(ready('1001'), loaded('1001', 2), late(1))).toEqual([])
  expect(story(ready('1001'), retry(2), ready('1001', 3))).toEqual([])
  expect(story(ready('1001'), loaded('1001', 3))).toMatchObject([{ rule: 'attempts go up' }])
  expect(story(ready('1001'), loaded('1001', 2), late(2))).toMatchObject([{ rule: 'attempts go up' }])
})
