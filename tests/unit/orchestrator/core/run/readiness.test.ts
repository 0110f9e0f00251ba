// What a link means when its parent is not there, and what is held although it could start.

import { describe, expect, it } from 'vitest'
import type { LinkPolicy } from '../../../../../orchestrator/core/graph/link-policy.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import { defaultRunPolicy } from '../../../../../orchestrator/core/run/run-policy.ts'
import { dueAtMsOf } from '../../../../../orchestrator/core/run/summary.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { at, dispatch, failed, given, loaded, open, openedAtMs, tick } from '../../../../support/run-spec.ts'

const linked = (policy: LinkPolicy) =>
  planOf({ a: [], b: [], c: { parents: ['a', 'b'], links: { a: policy } }, d: ['c'] })
const noRetries = { max_retries: 0 } as const
const opening = (more: Partial<Extract<RunInput, { kind: 'open' }>> = {}): RunInput => ({
  ...(open(noRetries) as Extract<RunInput, { kind: 'open' }>),
  ...more,
})
const failing = failed('a', 1, false)

describe('an optional parent', () => {
  const plan = linked({ kind: 'optional' })
  const without = [{ parent: 'a', child: 'c', reason: 'failed' }] as const

  it('is waited for, and no failure of it blocks the child', () => {
    given(plan, opening(), dispatch).when(loaded('b')).says({ type: 'object-loaded', object_id: 'b' })
    given(plan, opening(), dispatch).when(failing).says({ type: 'object-failed', object_id: 'a' })
  })

  it('lets the child go on without it, and all below say what is missing, down to the end', () => {
    given(plan, opening(), dispatch, loaded('b'))
      .when(failing)
      .says({ type: 'object-failed' }, { type: 'object-ready', object_id: 'c', degraded: without })
    given(plan, opening(), dispatch, failing)
      .when(loaded('b'))
      .says({ type: 'object-loaded' }, { type: 'object-ready', object_id: 'c', degraded: without })
    given(plan, opening(), dispatch, failing, loaded('b'))
      .when(loaded('c'))
      .says(
        { type: 'object-loaded', degraded: without },
        { type: 'object-ready', object_id: 'd', degraded: without },
      )
    given(plan, opening(), dispatch, failing, loaded('b'), loaded('c'))
      .when(loaded('d'))
      .says({ type: 'object-loaded' }, { type: 'run-ended', state: 'failed', degraded: 2 })
  })

  it('says nothing of what was there after all', () => {
    given(plan, opening(), dispatch, loaded('a'))
      .when(loaded('b'))
      .says({ type: 'object-loaded' }, { type: 'object-ready', object_id: 'c' })
    const ready = given(plan, opening(), dispatch, loaded('a')).when(loaded('b')).facts[1]
    expect(ready).not.toHaveProperty('degraded')
  })

  it('is no excuse for a required one', () => {
    given(plan, opening(), dispatch)
      .when(failed('b', 1, false))
      .says({ type: 'object-failed' }, { object_id: 'c', by: 'b' }, { object_id: 'd', by: 'b' })
  })
})

describe('a parent whose last good load will do', () => {
  const hour = 3_600_000
  const plan = linked({ kind: 'stale-ok', max_age_ms: hour })
  const lastLoads = (ageMs: number) => [{ objectId: 'a', loadedAtMs: openedAtMs - ageMs, result: 'old' }]

  it('lets the child go on with it while it is young enough', () => {
    const start = opening({ lastLoads: lastLoads(hour) })
    given(plan, start, dispatch, loaded('b'))
      .when(failing)
      .says(
        { type: 'object-failed' },
        {
          type: 'object-ready',
          object_id: 'c',
          degraded: [{ parent: 'a', child: 'c', reason: 'failed', loaded_at_ms: openedAtMs - hour }],
        },
      )
  })

  it('blocks the child when it is too old, or there is none', () => {
    for (const loads of [lastLoads(hour + 1), []])
      given(plan, opening({ lastLoads: loads }), dispatch)
        .when(failing)
        .says(
          { type: 'object-failed' },
          { type: 'object-blocked', object_id: 'c', by: 'a' },
          { object_id: 'd' },
        )
  })

  it('blocks the child when it grows too old while the child waits for another', () => {
    given(plan, opening({ lastLoads: lastLoads(hour - 10) }), dispatch, failing)
      .when(at(openedAtMs + 11, loaded('b')))
      .says(
        { type: 'object-loaded' },
        { type: 'object-blocked', object_id: 'c', by: 'a' },
        { object_id: 'd' },
        { type: 'run-ended' },
      )
  })
})

describe('an old load that runs out while its child is held', () => {
  const hour = 3_600_000
  const plan = linked({ kind: 'stale-ok', max_age_ms: hour })
  const start = {
    ...(open({ max_retries: 3 }) as Extract<RunInput, { kind: 'open' }>),
    lastLoads: [{ objectId: 'a', loadedAtMs: openedAtMs - hour + 500 }],
  }
  const later = openedAtMs + 600_000

  it('does so again for a child that has gone on with it and is tried again', () => {
    given(plan, start, dispatch, failing, loaded('b'), failed('c', 1))
      .when(at(later, tick))
      .says({
        type: 'object-ready',
        object_id: 'c',
        attempt: 2,
        degraded: [expect.objectContaining({ parent: 'a' })],
      })
  })

  it('spares a child that waits for its retry when the parent it went on without fails at last', () => {
    const links = { a: { kind: 'stale-ok', max_age_ms: hour, wait_until: '07:30' } } as const
    const late = planOf({ a: [], c: { parents: ['a'], links } })
    const until = openedAtMs + 490
    const began = { ...start, waitUntilMs: { '07:30': until } }
    given(late, began, dispatch, at(until, tick), at(until, failed('c', 1)))
      .when(at(openedAtMs + 501, failing))
      .says({ type: 'object-failed', object_id: 'a' })
  })

  it('blocks a child that was held by a pause, or by a zone that nobody works in', () => {
    const pause = { kind: 'pause', by: 'ada' } as const
    given(plan, start, dispatch, pause, failing, loaded('b'), at(later, { kind: 'resume', by: 'ada' }))
      .when(at(later, dispatch))
      .says(
        { type: 'object-blocked', object_id: 'c', by: 'a' },
        { type: 'object-blocked', object_id: 'd', by: 'a' },
        { type: 'run-ended' },
      )
    const dead = { kind: 'zones', dead: ['standardization'] } as const
    given(plan, start, dispatch, dead, failing, loaded('b'))
      .when(at(later, { kind: 'zones', dead: [] }), at(later, dispatch))
      .says({ type: 'object-blocked', object_id: 'c', by: 'a' }, { object_id: 'd' }, { type: 'run-ended' })
  })
})

describe('a parent that is waited for until a time of day', () => {
  const plan = linked({ kind: 'optional', wait_until: '07:30' })
  const until = openedAtMs + 5_000
  const start = opening({ waitUntilMs: { '07:30': until } })

  it('is gone on without from then on, though it may still come', () => {
    given(plan, start, dispatch, loaded('b'))
      .when(at(until - 1, tick))
      .says()
    given(plan, start, dispatch, loaded('b'))
      .when(at(until, tick))
      .says({ type: 'object-ready', object_id: 'c', degraded: [{ parent: 'a', child: 'c', reason: 'late' }] })
    given(plan, start, dispatch, loaded('b'), at(until, tick))
      .when(at(until, loaded('a')))
      .says({ type: 'object-loaded', object_id: 'a' })
  })

  it('holds nothing up that comes before, and nothing that comes after', () => {
    given(plan, start, dispatch, loaded('b'))
      .when(loaded('a'))
      .says({ type: 'object-loaded' }, { type: 'object-ready', object_id: 'c' })
    given(plan, start, dispatch, at(until, tick))
      .when(at(until, loaded('b')))
      .says({ type: 'object-loaded' }, { type: 'object-ready', object_id: 'c' })
  })

  it('and times out just then lets the child go on with all its time, or with no limit', () => {
    for (const answer_timeout_ms of [60_000, null]) {
      const policy = { ...defaultRunPolicy, max_retries: 0, answer_timeout_ms: 5_000 }
      const links = { a: { kind: 'optional', wait_until: '07:30' } } as const
      const slow = planOf({ a: [], c: { parents: ['a'], links, policy: { answer_timeout_ms } } })
      const { facts } = given(slow, { ...start, policy } as RunInput, dispatch).when(at(until, tick))
      expect(facts).toMatchObject([
        { type: 'object-failed', object_id: 'a', given_up: 'timed-out' },
        { type: 'object-ready', object_id: 'c', attempt: 1 },
      ])
    }
  })

  it('is looked at in time', () => {
    const { run } = given(plan, start, dispatch)
    expect(dueAtMsOf(run, run.head, openedAtMs)).toBe(until)
  })

  it('of several, each has its time', () => {
    const two = planOf({
      a: [],
      b: [],
      c: {
        parents: ['a', 'b'],
        links: { a: { kind: 'optional', wait_until: '07:30' }, b: { kind: 'optional', wait_until: '08:00' } },
      },
    })
    const both = opening({ waitUntilMs: { '07:30': until, '08:00': until + 1_000 } })
    const { run } = given(two, both, dispatch, at(until, tick))
    expect(run.head.nextDueAtMs).toBe(until + 1_000)
    given(two, both, dispatch, at(until, tick))
      .when(at(until + 1_000, tick))
      .says({ type: 'object-ready', object_id: 'c' })
  })
})

describe('a zone that nobody works in', () => {
  const plan = planOf({ a: [], b: ['a'] })
  const dead: RunInput = { kind: 'zones', dead: ['standardization'] }
  const alive: RunInput = { kind: 'zones', dead: [] }

  it('is announced nothing', () => {
    given(plan, open(), dispatch, dead).when(loaded('a')).says({ type: 'object-loaded', object_id: 'a' })
  })

  it('gets what was held when somebody works there again', () => {
    given(plan, open(), dispatch, dead, loaded('a'))
      .when(alive, dispatch)
      .says({ type: 'object-ready', object_id: 'b', attempt: 1 })
  })

  it('holds retries too', () => {
    const late = openedAtMs + 600_000
    const held = [open(), dispatch, loaded('a'), failed('b'), dead, at(late, tick)] as const
    given(plan, ...held)
      .when(at(late, alive), at(late, dispatch))
      .says({ type: 'object-ready', object_id: 'b', attempt: 2 })
    given(plan, open(), dispatch, loaded('a'), failed('b'), dead).when(at(late, tick)).says()
  })

  it('has its run looked at again, should the replica that holds it die', () => {
    const { run } = given(plan, open({ run_timeout_ms: null }), dispatch, dead)
    expect(dueAtMsOf(run, run.head, openedAtMs)).toBe(openedAtMs + 5_000)
  })
})
