// The checker of waits notices a child that still waits when its run has looked at the clock.

import { expect, it } from 'vitest'
import { waitsEnd } from '../../../../../tools/simulator/checkers/waits-end.ts'
import {
  again,
  lastLoad,
  linkedStory,
  of,
  openedForDay,
  readyWithout,
  type TimedFacts,
  untilMs,
} from '../../../../support/linked-story.ts'
import { ready, storyOf } from '../../../../support/story-of.ts'

const waiting = { policy: 'optional', wait_until: '00:01' }
/** All three in one zone: a look at one is a look at all. */
const look = (link: Parameters<typeof linkedStory>[0], ...commits: readonly TimedFacts[]) => {
  const story = linkedStory(link, commits)
  const objects = [...story.plans.values()][0]?.objects.map((object) => ({ ...object, layer: 1000 as const }))
  const plans = new Map([...story.plans].map(([id, plan]) => [id, { ...plan, objects: objects ?? [] }]))
  return waitsEnd({ ...story, plans })
}
const begun: TimedFacts = [1, openedForDay, ready('p')]
const retried = [
  [untilMs - 9, again('p', untilMs)],
  [untilMs + 1, ready('p', 2)],
] as const

it('finds nothing where who has waited goes on with the next look, or waits for another thing', () => {
  expect(waitsEnd(storyOf())).toEqual([])
  expect(look(waiting, begun, retried[0], [untilMs + 1, ready('p', 2), readyWithout('c', [])])).toEqual([])
  expect(look(waiting, begun, [untilMs - 9, again('p', 5)], [untilMs - 1, ready('p', 2)])).toEqual([])
  expect(look({ policy: 'optional' }, begun, ...retried)).toEqual([])
  expect(look({ ...waiting, policy: 'stale-ok' }, begun, ...retried)).toEqual([])
})

it('does not take for a look what is announced at once, nor a look for one at who was set back', () => {
  expect(look(waiting, begun, [untilMs + 1, again('p', untilMs + 1), ready('p', 2)])).toEqual([])
  const setBack = [of('c', 'object-blocked'), of('c', 'object-reset')]
  expect(look(waiting, begun, [3, ...setBack], ...retried)).toEqual([])
})

it('finds who still waits after the look, with nothing or with an old load to go on with', () => {
  const text = 'c of r still waits after commit 3, and its time is over'
  expect(look(waiting, begun, ...retried)).toEqual([{ rule: 'waits end', text }])
  const old: TimedFacts = [1, openedForDay, lastLoad(0), ready('p')]
  expect(look({ ...waiting, policy: 'stale-ok' }, old, ...retried)).toHaveLength(1)
})
