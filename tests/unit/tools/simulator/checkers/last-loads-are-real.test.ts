// The checker of last loads notices one that was never made.

import { expect, it } from 'vitest'
import { lastLoadsAreReal } from '../../../../../tools/simulator/checkers/last-loads-are-real.ts'
import { lastLoad, linkedStory, of } from '../../../../support/linked-story.ts'
import { storyOf } from '../../../../support/story-of.ts'

const story = linkedStory({ policy: 'stale-ok' }, [[9, lastLoad(7)]])

it('finds nothing where the load is of another run, of a lost commit, or of before the story', () => {
  expect(lastLoadsAreReal(storyOf())).toEqual([])
  const everKept = linkedStory({}, [[7, of('p', 'object-loaded')]]).commits
  expect(lastLoadsAreReal({ ...story, everKept })).toEqual([])
  expect(lastLoadsAreReal({ ...story, earlierLoads: [{ objectId: 'p', loadedAtMs: 7 }] })).toEqual([])
})

it('finds a load of another time, of another object, and one that failed', () => {
  const wrong = { rule: 'last loads are real', text: 'p of r was not loaded at 7 (commit 1)' }
  for (const [atMs, fact] of [
    [6, of('p', 'object-loaded')],
    [7, of('c', 'object-loaded')],
    [7, of('p', 'object-failed')],
  ] as const)
    expect(lastLoadsAreReal({ ...story, everKept: linkedStory({}, [[atMs, fact]]).commits })).toEqual([wrong])
})
