// Tests of what is fresh: docs/decisions/0006-freshness.md in sentences.

import { describe, expect, it } from 'vitest'
import type { ReusableLoad } from '../../../../../orchestrator/core/run/run-input.ts'
import { freshLoads } from '../../../../../orchestrator/core/schedule/freshness.ts'
import { type ObjectSketch, planOf } from '../../../../support/plan-of.ts'

const at = (text: string) => Date.parse(text)
const nowMs = at('2026-11-21T12:00:00Z')
const todaysTick = at('2026-11-21T07:00:00Z')
const daily = '0 8 * * *'

interface Case extends Omit<ObjectSketch, 'parents'> {
  readonly loadedAtMs?: number
  readonly nowMs?: number
  readonly timeZone?: string
}

/** What is reused of a plan of one object, `a`. */
function fresh({ loadedAtMs, nowMs: now = nowMs, timeZone = 'Europe/Madrid', ...sketch }: Case) {
  const known: [string, ReusableLoad][] =
    loadedAtMs === undefined ? [] : [['a', { objectId: 'a', loadedAtMs, result: { rows: 7 } }]]
  return freshLoads(planOf({ a: { parents: [], ...sketch } }), new Map(known), now, timeZone)
}

const told = (loadedAtMs: number) => [{ objectId: 'a', loadedAtMs }]
const ours = (loadedAtMs: number) => [{ objectId: 'a', loadedAtMs, result: { rows: 7 } }]

describe('an object with a frequency', () => {
  it('is fresh when the house loaded it after the last tick, and its result is reused', () => {
    expect(fresh({ frequency: daily, loadedAtMs: todaysTick + 1 })).toEqual(ours(todaysTick + 1))
  })

  it('is fresh when it was loaded at the tick', () => {
    expect(fresh({ frequency: daily, loadedAtMs: todaysTick })).toHaveLength(1)
  })

  it('is not fresh when it was loaded a millisecond before the tick', () => {
    expect(fresh({ frequency: daily, loadedAtMs: todaysTick - 1 })).toEqual([])
  })

  it('is no longer fresh at the instant of the next tick', () => {
    const loadedAtMs = at('2026-11-20T09:00:00Z')
    expect(fresh({ frequency: daily, loadedAtMs, nowMs: todaysTick - 1 })).toHaveLength(1)
    expect(fresh({ frequency: daily, loadedAtMs, nowMs: todaysTick })).toEqual([])
  })

  it('is fresh when its definition tells of a load after the tick, without a result', () => {
    expect(fresh({ frequency: daily, lastRunAtMs: todaysTick + 5 })).toEqual(told(todaysTick + 5))
  })

  it('counts the later of the two loads', () => {
    const [early, late] = [todaysTick - 5, todaysTick + 5]
    expect(fresh({ frequency: daily, lastRunAtMs: early, loadedAtMs: late })).toEqual(ours(late))
    expect(fresh({ frequency: daily, lastRunAtMs: late, loadedAtMs: early })).toEqual(told(late))
  })

  it('keeps the result when both loads are of the same instant', () => {
    expect(fresh({ frequency: daily, lastRunAtMs: todaysTick, loadedAtMs: todaysTick })).toEqual(
      ours(todaysTick),
    )
  })

  it('is not fresh because of a Lastrun in the future', () => {
    expect(fresh({ frequency: daily, lastRunAtMs: nowMs + 1 })).toEqual([])
    expect(fresh({ frequency: daily, lastRunAtMs: nowMs })).toHaveLength(1)
  })

  it('is not fresh when nobody ever loaded it', () => {
    expect(fresh({ frequency: daily })).toEqual([])
  })

  it('is fresh after any load while its expression has never fired', () => {
    expect(fresh({ frequency: '0 0 8 * * * 2031', loadedAtMs: 1 })).toHaveLength(1)
  })
})

describe('the time zone of a tick', () => {
  it('is that of the house, which decides what was before the tick', () => {
    const loadedAtMs = at('2026-11-21T07:30:00Z')
    expect(fresh({ frequency: daily, loadedAtMs, timeZone: 'Europe/Madrid' })).toHaveLength(1)
    expect(fresh({ frequency: daily, loadedAtMs, timeZone: 'UTC' })).toEqual([])
  })

  it('is that of the definition where it names one', () => {
    const definition = { id: 'a', timezone: 'UTC' }
    expect(fresh({ frequency: daily, loadedAtMs: at('2026-11-21T07:30:00Z'), definition })).toEqual([])
  })

  it.each(['Europe/Lutetia', 7, null])(
    'is that of the house where the definition names none: %s',
    (timezone) => {
      const definition = { id: 'a', timezone }
      expect(fresh({ frequency: daily, loadedAtMs: at('2026-11-21T07:30:00Z'), definition })).toHaveLength(1)
    },
  )

  it('moves the tick with the wall clock in spring: 08:00 is 06:00 UTC from then on', () => {
    const now = at('2027-03-28T12:00:00Z')
    const tick = at('2027-03-28T06:00:00Z')
    expect(fresh({ frequency: daily, loadedAtMs: tick, nowMs: now })).toHaveLength(1)
    expect(fresh({ frequency: daily, loadedAtMs: tick - 1, nowMs: now })).toEqual([])
  })

  it('moves the tick with the wall clock in autumn: 08:00 is 07:00 UTC from then on', () => {
    const now = at('2026-10-25T12:00:00Z')
    const tick = at('2026-10-25T07:00:00Z')
    expect(fresh({ frequency: daily, loadedAtMs: tick, nowMs: now })).toHaveLength(1)
    expect(fresh({ frequency: daily, loadedAtMs: tick - 1, nowMs: now })).toEqual([])
  })

  it('puts a tick of the gap in spring right after the gap', () => {
    const [now, gapEnd] = [at('2027-03-28T12:00:00Z'), at('2027-03-28T01:00:00Z')]
    expect(fresh({ frequency: '30 2 * * *', loadedAtMs: gapEnd, nowMs: now })).toHaveLength(1)
    expect(fresh({ frequency: '30 2 * * *', loadedAtMs: gapEnd - 1, nowMs: now })).toEqual([])
  })

  it('puts a tick of the repeated hour in autumn into its first pass', () => {
    const now = at('2026-10-25T12:00:00Z')
    const [first, second] = [at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')]
    for (const loadedAtMs of [first, second - 1]) {
      expect(fresh({ frequency: '30 2 * * *', loadedAtMs, nowMs: now })).toHaveLength(1)
    }
    expect(fresh({ frequency: '30 2 * * *', loadedAtMs: first - 1, nowMs: now })).toEqual([])
  })
})

describe('an object without a frequency', () => {
  it('is fresh when the house loaded it after Lastrun', () => {
    expect(fresh({ lastRunAtMs: 1_000, loadedAtMs: 1_001 })).toEqual(ours(1_001))
  })

  it('is not fresh when the house loaded it at Lastrun or before', () => {
    expect(fresh({ lastRunAtMs: 1_000, loadedAtMs: 1_000 })).toEqual([])
    expect(fresh({ lastRunAtMs: 1_000, loadedAtMs: 999 })).toEqual([])
  })

  it('is not fresh by Lastrun alone', () => {
    expect(fresh({ lastRunAtMs: nowMs - 1 })).toEqual([])
  })

  it('is never fresh when it has no Lastrun either', () => {
    expect(fresh({ loadedAtMs: nowMs - 1 })).toEqual([])
  })
})

it('of a plan the fresh ones are named in plan order, each by its own rule', () => {
  const plan = planOf({
    b: { parents: [], frequency: daily },
    a: { parents: [], frequency: '0 9 * * *' },
    c: { parents: ['a', 'b'], frequency: '0 20 * * *' },
    d: ['c'],
  })
  const loads = ['a', 'b', 'c', 'd'].map((objectId) => ({ objectId, loadedAtMs: todaysTick }))
  const lastLoads = new Map(loads.map((load) => [load.objectId, load]))
  const names = freshLoads(plan, lastLoads, nowMs, 'Europe/Madrid').map((load) => load.objectId)
  expect(names).toEqual(['b', 'c'])
})
