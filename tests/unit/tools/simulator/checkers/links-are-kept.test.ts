// The checker of links notices a child that goes on, or is blocked, otherwise than its link says.

import { expect, it } from 'vitest'
import { linksAreKept } from '../../../../../tools/simulator/checkers/links-are-kept.ts'
import {
  again,
  lastLoad,
  linkedStory,
  of,
  openedForDay,
  type TimedFacts,
  untilMs,
} from '../../../../support/linked-story.ts'
import { opened, ready, storyOf } from '../../../../support/story-of.ts'

const look = (link: Parameters<typeof linkedStory>[0], ...commits: readonly TimedFacts[]) =>
  linksAreKept(linkedStory(link, commits)).map(({ text }) => text)
const gone = of('p', 'object-failed')
const waiting = { policy: 'optional', wait_until: '00:01' }
const stale = { policy: 'stale-ok', max_age: '100ms' }

it.each<[string, readonly string[]]>([
  ['a child without an optional parent', look({ policy: 'optional' }, [1, gone], [2, ready('c')])],
  ['a child that has waited', look(waiting, [1, openedForDay], [untilMs, ready('c')])],
  ['one that need not wait any more', look(waiting, [1, openedForDay], [2, gone], [3, ready('c')])],
  ['an old load that serves', look(stale, [1, lastLoad(0)], [2, gone], [100, ready('c')])],
  ['one of any age', look({ policy: 'stale-ok' }, [1, lastLoad(0)], [2, gone], [9_999, ready('c')])],
  [
    'one that was young enough when the child began',
    look(stale, [1, lastLoad(0), gone], [9, ready('c'), again('c', 200)], [200, ready('c', 2)]),
  ],
  ['a parent that blocks', look({}, [1, gone], [2, of('c', 'object-blocked', { by: 'p' })])],
  [
    'a load too old, which blocks',
    look(stale, [1, lastLoad(0)], [2, gone], [101, of('c', 'object-blocked', { by: 'p' })]),
  ],
])('finds nothing wrong with %s', (_, found) => {
  expect(found).toEqual([])
  expect(linksAreKept(storyOf())).toEqual([])
})

it.each<[string, readonly string[], string]>([
  ['without what it needs', look({}, [1, gone], [2, ready('c')]), 'which it needs'],
  ['before its parent is gone', look({ policy: 'optional' }, [1, ready('c')]), 'does not wait for p'],
  ['before it is time', look(waiting, [1, openedForDay], [untilMs - 1, ready('c')]), 'does not wait'],
  [
    'blocked though it is tried again',
    look(
      stale,
      [1, lastLoad(0), gone],
      [9, ready('c'), again('c', 900)],
      [200, of('c', 'object-blocked', { by: 'p' })],
    ),
    'is to be tried again',
  ],
  [
    'with an old load that is too old',
    look(stale, [1, lastLoad(0), gone], [101, ready('c')]),
    'no load of it',
  ],
  ['with a load that never was', look(stale, [1, gone], [2, ready('c')]), 'no load of it'],
  [
    'though it was set back since it went on with an old load',
    look(
      stale,
      [1, lastLoad(0), gone],
      [9, ready('c'), of('c', 'object-failed')],
      [200, of('c', 'object-reset'), ready('c', 2)],
    ),
    'no load of it',
  ],
  [
    'as blocked by what it can do without',
    look({ policy: 'optional' }, [1, gone], [2, of('c', 'object-blocked', { by: 'p' })]),
    'can do without',
  ],
  [
    'as blocked, though the load is young enough',
    look(stale, [1, lastLoad(0), gone], [100, of('c', 'object-blocked', { by: 'p' })]),
    'can do without',
  ],
  ['in a run that takes another time of day', look(waiting, [1, opened]), 'takes undefined for 00:01'],
])('finds a child that goes on %s', (_, found, text) => {
  expect(found).toEqual([expect.stringContaining(text)])
})

it('asks no release for times of day that it did not know', () => {
  const story = linkedStory(waiting, [[1, opened]])
  const commits = story.commits.map((commit) => ({ ...commit, id: 'r-of-old' }))
  expect(linksAreKept({ ...story, commits })).toEqual([])
})
