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
    journalOf(first, second, { ...false2nd, version: 3, id: 'x', prev: 'nothing' }),
    'commit 3 of r is in the journal and was never kept',
  ],
])('finds a journal that %s', (_, story, text) => {
  expect(journalEqualsStore(story)).toEqual([{ rule: 'journal equals store', text }])
})

const lost = { ...second, id: 'lost', facts: [ready('2001')] } as NonNullable<typeof second>
const everKept = [...commits, lost]
const closing = {
  v: 1,
  run_id: 'r',
  version: 2,
  at_ms: 5,
  facts: [],
  prev: first?.id,
  rebuild: 'mine',
} as const
const claim = (rebuild: string) => ({ v: 1, run_id: 'r', rebuild }) as const
const restored = [first, { ...closing, id: 'closing' }].filter((commit) => commit !== undefined)

it('lets a branch stand in the journal that the store has lost, behind what counts', () => {
  const journal = [first, second, lost].filter((record) => record !== undefined)
  expect(journalEqualsStore(storyOf({ commits, everKept, journal }))).toEqual([])
})

it('finds a branch that counts in the journal although the store has another', () => {
  const journal = [first, lost, second].filter((record) => record !== undefined)
  expect(journalEqualsStore(storyOf({ commits, everKept, journal }))).toEqual([
    { rule: 'journal equals store', text: 'commit 2 of r was kept and is not in the journal' },
  ])
})

it('finds what counts in the journal and is not in the store', () => {
  const story = storyOf({ commits: commits.slice(0, 1), everKept, journal: [...commits] })
  expect(journalEqualsStore(story)).toEqual([
    { rule: 'journal equals store', text: 'commit 2 of r counts in the journal and is not in the store' },
  ])
})

it.each([
  ['counts behind its claim', [claim('mine')], []],
  ['is void although its claim comes again', [claim('mine'), claim('other'), claim('mine')], ['void']],
  ['is void when another one has claimed the run since', [claim('mine'), claim('other')], ['void']],
])('knows that a commit which closes a run %s', (_, claims, isVoid) => {
  const journal = [...restored.slice(0, 1), ...claims, ...restored.slice(1)]
  const story = storyOf({ commits: restored, everKept: commits, journal })
  expect(journalEqualsStore(story)).toHaveLength(isVoid.length)
})
