// The checker of blocks notices an object that ended blocked by what has come back.

import { expect, it } from 'vitest'
import { blockedByWhatIsGone } from '../../../../../tools/simulator/checkers/blocked-by-what-is-gone.ts'
import { lastLoad, linkedStory, of, type TimedFacts } from '../../../../support/linked-story.ts'
import { ready, storyOf } from '../../../../support/story-of.ts'

const look = (link: Parameters<typeof linkedStory>[0], ...commits: readonly TimedFacts[]) =>
  blockedByWhatIsGone(linkedStory(link, commits)).map(({ text }) => text)
const blocked: TimedFacts = [
  1,
  of('p', 'object-failed'),
  of('c', 'object-blocked', { by: 'p' }),
  of('g', 'object-blocked', { by: 'p' }),
]
const back = [of('p', 'object-reset'), ready('p', 2), of('p', 'object-loaded', { attempt: 2 })]

it('finds nothing where what blocks is gone to the end, or what was blocked is free', () => {
  expect(blockedByWhatIsGone(storyOf())).toEqual([])
  expect(look({}, blocked)).toEqual([])
  expect(look({}, blocked, [2, ...back, of('c', 'object-reset'), of('g', 'object-reset')])).toEqual([])
  expect(
    look({ policy: 'stale-ok', max_age: '5ms' }, [0, lastLoad(0)], [6, ...blocked.slice(1)] as TimedFacts),
  ).toEqual([])
})

it('takes a load that was too old once for too old, though a clock that is behind has the last word', () => {
  const stale = { policy: 'stale-ok', max_age: '5ms' }
  const tooOld = [6, ...blocked.slice(1)] as TimedFacts
  expect(look(stale, [0, lastLoad(0)], tooOld, [3, of('p', 'late-result')])).toEqual([])
})

it('finds what stays blocked though its parent is loaded, or somebody goes on without it', () => {
  const text = 'c of r ended blocked, and nothing that it needs is gone'
  expect(look({}, blocked, [2, ...back])).toEqual([text])
  expect(look({}, blocked, [2, of('p', 'object-skipped')])).toEqual([text])
})

it('finds each that was not set free', () => {
  expect(look({}, blocked, [2, ...back, of('c', 'object-reset')])).toEqual([
    'g of r ended blocked, and nothing that it needs is gone',
  ])
})
