// The checker of the journal looks at each record of it, also at those that come twice.

import { expect, it } from 'vitest'
import { journalEqualsStore } from '../../../../../tools/simulator/checkers/journal-equals-store.ts'
import { commitsOf, loaded, opened, ready, storyOf } from '../../../../support/story-of.ts'

const commits = commitsOf([opened, ready('1001')], [loaded('1001')])
const [first, second] = commits
const false2nd = { ...second, facts: [loaded('2001')] } as NonNullable<typeof second>
const journalOf = (...journal: readonly (typeof first)[]) =>
  storyOf({ commits, journal: journal.filter((record) => record !== undefined) })

it('finds nothing where each commit is journalled, be it twice and late', () => {
  expect(journalEqualsStore(journalOf(first, second))).toEqual([])
  expect(journalEqualsStore(journalOf(second, first, second, first))).toEqual([])
})

it.each([
  ['misses a commit', journalOf(first), 'commit 2 of r was kept and is not in the journal'],
  ['says something else', journalOf(first, false2nd), 'commit 2 of r differs between store and journal'],
  [
    'said something else at first',
    journalOf(first, false2nd, second),
    'commit 2 of r differs between store and journal',
  ],
  [
    'says something else later',
    journalOf(first, second, false2nd),
    'commit 2 of r differs between store and journal',
  ],
  [
    'has a commit of nobody',
    journalOf(first, second, { ...false2nd, version: 3 }),
    'commit 3 of r is in the journal and was never kept',
  ],
])('finds a journal that %s', (_, story, text) => {
  expect(journalEqualsStore(story)).toEqual([{ rule: 'journal equals store', text }])
})
