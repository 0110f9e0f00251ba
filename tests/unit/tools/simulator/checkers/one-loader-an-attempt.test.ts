// The checker of leases notices two loaders at one attempt, unless a lease may have been lost.

import { expect, it } from 'vitest'
import { oneLoaderAnAttempt } from '../../../../../tools/simulator/checkers/one-loader-an-attempt.ts'
import type { LeaseTrouble, Load } from '../../../../../tools/simulator/story.ts'
import { loadOf, storyOf } from '../../../../support/story-of.ts'

const load = (
  worker: string,
  startedAtMs: number,
  overAtMs: number | undefined,
  changes: Partial<Load> = {},
) => loadOf('1001', { worker, startedAtMs, overAtMs, ...changes })
const look = (loads: readonly Load[], leaseTroubles: readonly LeaseTrouble[] = []) =>
  oneLoaderAnAttempt(storyOf({ loads, leaseTroubles }))

it('finds nothing where one comes after the other, or they work on something else', () => {
  expect(look([load('a', 0, 5), load('b', 5, 9)])).toEqual([])
  expect(look([load('a', 0, undefined), load('b', 5, 9, { attempt: 2 })])).toEqual([])
  expect(look([load('a', 0, undefined), load('b', 5, 5, { outcome: undefined })])).toEqual([])
})

it('finds two at a time', () => {
  expect(look([load('a', 0, 6), load('b', 5, 9)])).toMatchObject([{ rule: 'one loader an attempt' }])
  expect(look([load('a', 0, undefined), load('b', 5, 9)])).toHaveLength(1)
})

it('excuses them by what happened to the store or to one of them, and by nothing else', () => {
  const two = [load('a', 20_000, undefined), load('b', 20_005, undefined)]
  expect(look(two, [{ worker: null, atMs: 20_001 }])).toEqual([])
  expect(look(two, [{ worker: 'a', atMs: 19_000 }])).toEqual([])
  expect(look(two, [{ worker: 'c', atMs: 20_001 }])).toHaveLength(1)
  expect(look(two, [{ worker: null, atMs: 1 }])).toHaveLength(1)
  expect(look(two, [{ worker: null, atMs: 20_006 }])).toHaveLength(1)
})
