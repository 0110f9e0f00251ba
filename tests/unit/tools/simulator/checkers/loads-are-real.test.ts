// The checker of loads believes nobody who has not seen a loader finish.

import { expect, it } from 'vitest'
import { loadsAreReal } from '../../../../../tools/simulator/checkers/loads-are-real.ts'
import { commitsOf, loaded, loadOf, ready, storyOf } from '../../../../support/story-of.ts'

it('finds nothing in a good story, nor in one whose object was loaded twice', () => {
  expect(loadsAreReal(storyOf())).toEqual([])
  const loads = [loadOf('1001', { outcome: undefined }), loadOf('1001'), loadOf('1001'), loadOf('2001')]
  expect(loadsAreReal(storyOf({ loads }))).toEqual([])
})

it.each([
  ['nobody loaded', []],
  ['a loader of another object finished', [loadOf('2001')]],
  ['a loader of another run finished', [loadOf('1001', { runId: 'other' })]],
  ['a loader began and did not finish', [loadOf('1001', { outcome: undefined })]],
  ['a loader failed', [loadOf('1001', { outcome: 'failed' })]],
  ['a loader finished in an earlier attempt', [loadOf('1001', { attempt: 1 })]],
  ['a loader finished in a later attempt', [loadOf('1001', { attempt: 3 })]],
] as const)('finds what counts as loaded although %s', (_, loads) => {
  const story = storyOf({ loads, commits: commitsOf([loaded('1001', 2)]) })
  expect(loadsAreReal(story)).toMatchObject([{ rule: 'loads are real' }])
})

it('lets the late answer of a zone count that does not say which attempt it is for, but not an early one', () => {
  const foreign = { foreignZone: 'ingestion', commits: commitsOf([loaded('1001', 2)]) } as const
  expect(loadsAreReal(storyOf({ ...foreign, loads: [loadOf('1001', { attempt: 1 })] }))).toEqual([])
  const early = { ...foreign, loads: [loadOf('1001', { attempt: 3 })] }
  expect(loadsAreReal(storyOf(early))).toHaveLength(1)
  // It was announced by a decision that the store has lost since.
  expect(loadsAreReal(storyOf({ ...early, everKept: commitsOf([ready('1001', 3)]) }))).toEqual([])
})

it('lets the load of another run count where runs share builds, if it was one of that object and came to its end', () => {
  const shared = { isShared: true, commits: commitsOf([loaded('1001', 2)]) } as const
  const other = loadOf('1001', { runId: 'other', attempt: 5 })
  expect(loadsAreReal(storyOf({ ...shared, loads: [other] }))).toEqual([])
  expect(loadsAreReal(storyOf({ ...shared, loads: [{ ...other, outcome: 'failed' }] }))).toHaveLength(1)
  expect(loadsAreReal(storyOf({ ...shared, loads: [{ ...other, objectId: '2001' }] }))).toHaveLength(1)
})
