// The checker of pickups notices an attempt that is given up before anybody had the time to begin it.

import { expect, it } from 'vitest'
import { defaultRunPolicy } from '../../../../../orchestrator/core/run/run-policy.ts'
import { pickupsAreAwaited } from '../../../../../tools/simulator/checkers/pickups-are-awaited.ts'
import type { Story } from '../../../../../tools/simulator/story.ts'
import { again, linkedStory } from '../../../../support/linked-story.ts'
import { ready, storyOf } from '../../../../support/story-of.ts'

const policy = { ...defaultRunPolicy, pickup_timeout_ms: 500 }
const error = { code: 'ATTEMPT_LOST', retryable: true, detail: 'nobody had begun it in time' }
const unpicked = (atMs: number, changes = {}) =>
  again('c', atMs, { error, given_up: 'not-begun', ...changes })
const own = { policy: { pickup_timeout: '300ms' } }
const look = (atMs: number, changes: Partial<Story> & { readonly own?: typeof own } = {}) =>
  pickupsAreAwaited(
    linkedStory(
      {},
      [
        [100, ready('c')],
        [atMs, unpicked(atMs)],
      ],
      { policy, ...changes },
    ),
  )
const trouble = (worker: string | null, atMs: number) => ({ leaseTroubles: [{ worker, atMs }] })

it('finds nothing where the time is over: that of the object before that of its run', () => {
  expect(pickupsAreAwaited(storyOf())).toEqual([])
  expect(look(600)).toEqual([])
  expect(look(400, { own })).toEqual([])
})

it('finds what is given up before, also where nobody has said a time', () => {
  const text = 'c of r is given up after 499 ms, and somebody had 500 to begin it (commit 2)'
  expect(look(599)).toEqual([{ rule: 'pickups are awaited', text }])
  expect(look(399, { own })).toHaveLength(1)
  expect(look(600, { policy: defaultRunPolicy })).toHaveLength(1)
})

it('finds nothing wrong with what is lost for another reason, or of an attempt that a lost commit announced', () => {
  const early = (changes: object) =>
    pickupsAreAwaited(
      linkedStory(
        {},
        [
          [100, ready('c')],
          [101, unpicked(101, changes)],
        ],
        { policy },
      ),
    )
  expect(early({})).toHaveLength(1)
  expect(early({ error: { ...error, detail: 'its zone had begun a newer attempt' } })).toEqual([])
  expect(early({ attempt: 2 })).toEqual([])
})

it('does not look where a clock was set or a store was lost shortly before, nor where runs share loads', () => {
  expect(look(599, trouble('orchestrator-1.2', 598))).toEqual([])
  expect(look(599, trouble(null, 598))).toEqual([])
  expect(look(599, trouble('ingestion-0.1', 598))).toHaveLength(1)
  expect(look(599, trouble(null, 600))).toHaveLength(1)
  expect(look(599, trouble(null, -20_000))).toHaveLength(1)
  expect(look(599, { isShared: true })).toEqual([])
})
