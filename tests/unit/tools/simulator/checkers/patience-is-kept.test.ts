// The checker of patience notices what comes too early, too late, or by another policy than the one that counts.

import { expect, it } from 'vitest'
import { defaultRunPolicy } from '../../../../../orchestrator/core/run/run-policy.ts'
import { patienceIsKept } from '../../../../../tools/simulator/checkers/patience-is-kept.ts'
import { again, linkedStory, of, type TimedFacts } from '../../../../support/linked-story.ts'
import { opened, ready, storyOf } from '../../../../support/story-of.ts'

const policy = {
  ...defaultRunPolicy,
  backoff: { base_ms: 1_000, factor: 2, cap_ms: 3_000 },
  answer_timeout_ms: 500,
  zones: { standardization: { answer_timeout_ms: 600, backoff: { base_ms: 100 } } },
}
const own = { policy: { answer_timeout: '700ms', backoff: { factor: 10, cap: '800ms' } } }
const openedSo = { ...opened, policy } as typeof opened
const look = (...commits: readonly TimedFacts[]) =>
  patienceIsKept(linkedStory({}, commits, { policy, own })).map(({ text }) => text)
const readyUntil = (id: string, deadline_ms: number | undefined, attempt = 1) =>
  of(id, 'object-ready', { attempt, ...(deadline_ms === undefined ? {} : { deadline_ms }) })
const begun: TimedFacts = [0, readyUntil('c', 700)]

it.each<[string, readonly string[]]>([
  ['of its run, where nobody else says anything', look([0, openedSo], [1, readyUntil('p', 501)])],
  ['of its own, before its zone and its run', look([1, readyUntil('c', 701)])],
  ['of its own for the wait, and of its zone where it says nothing', look(begun, [1, again('c', 60)])],
  [
    'with all of the wait, and up to the grid',
    look(begun, [1, again('c', 151)], [151, readyUntil('c', 851, 2)]),
  ],
  [
    'for the second wait',
    look(begun, [1, again('c', 60)], [60, readyUntil('c', 760, 2)], [61, again('c', 900)]),
  ],
  ['that is over', look(begun, [700, of('c', 'object-failed', { given_up: 'timed-out' })])],
  ['and is tried at once when it was lost', look(begun, [1, again('c', 1, { given_up: 'lost' })])],
])('finds nothing where an object has the patience %s', (_, found) => {
  expect(found).toEqual([])
  expect(patienceIsKept(storyOf())).toEqual([])
})

it.each<[string, readonly string[], string]>([
  ['has the deadline of its run', look([1, readyUntil('c', 501)]), 'should have 700'],
  ['has no deadline', look([1, readyUntil('c', undefined)]), 'may take Infinity ms to answer'],
  [
    'is tried again too early',
    look(begun, [1, again('c', 60)], [59, readyUntil('c', 759, 2)]),
    '1 ms before',
  ],
  ['waits too long', look(begun, [1, again('c', 152)]), 'waits for 151 ms, and at most 100 are said'],
  ['does not wait', look(begun, [1, again('c', 1)]), 'waits for 0 ms'],
  [
    'waits beyond its cap',
    look(begun, [1, again('c', 60)], [60, readyUntil('c', 760, 2)], [61, again('c', 912)]),
    'at most 800 are said',
  ],
  [
    'counts a lost attempt as a failure',
    look(begun, [1, again('c', 1, { given_up: 'lost' }), readyUntil('c', 701, 2)], [2, again('c', 800)]),
    'at most 100 are said',
  ],
  ['times out early', look(begun, [699, of('c', 'object-failed', { given_up: 'timed-out' })]), '1 ms early'],
  [
    'times out early and is tried again',
    look(begun, [699, again('c', 749, { given_up: 'timed-out' })]),
    '1 ms early',
  ],
  ['is of a run that was opened with another policy', look([0, opened]), 'another policy'],
])('finds an object that %s', (_, found, text) => {
  expect(found).toEqual([expect.stringContaining(text)])
})

it('takes null and never for no limit, and holds no older release to what it did not know', () => {
  const never = { policy: { answer_timeout: 'never' } }
  expect(patienceIsKept(linkedStory({}, [[1, ready('c')]], { policy, own: never }))).toEqual([])
  const story = linkedStory({}, [[1, opened, ready('c')]], { policy, own })
  const commits = story.commits.map((commit) => ({ ...commit, id: 'r-of-old' }))
  expect(patienceIsKept({ ...story, commits })).toEqual([])
})
