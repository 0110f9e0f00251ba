// The rules of a run, each as given what happened, when something happens, then these facts.

import { describe, expect, it } from 'vitest'
import { planOf } from '../../../../support/plan-of.ts'
import {
  at,
  cancel,
  dispatch,
  failed,
  given,
  loaded,
  open,
  openedAtMs,
  tick,
} from '../../../../support/run-spec.ts'

const diamond = planOf({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] })
const pair = planOf({ a: [], b: [] })
const noRetries = open({ max_retries: 0 })

describe('opening', () => {
  it('says what the run is about, once', () => {
    given(diamond)
      .when(open())
      .says({ type: 'run-opened', plan: diamond.hash, objects: 4, tenant: 'default' })
    given(diamond, open()).when(open()).says()
  })

  it('takes nothing before it was opened', () => {
    given(diamond).when(dispatch, loaded('a'), tick, cancel).says()
  })

  it('announces only what has no parents', () => {
    given(diamond, open()).when(dispatch).says({ type: 'object-ready', object_id: 'a', attempt: 1 })
  })

  it('announces a large run in chunks, in order of dispatch, each object once', () => {
    const plan = planOf({
      low: { parents: [], criticality: 'low' },
      long: [],
      end: ['long'],
      high: { parents: [], criticality: 'high' },
    })
    const two = { kind: 'dispatch', limit: 2 } as const
    given(plan, open()).when(two).says({ object_id: 'high' }, { object_id: 'long' })
    given(plan, open(), two).when(two).says({ object_id: 'low' })
    given(plan, open(), two, two).when(two).says()
  })

  it('does not announce again what an answer has freed before the scan came to it', () => {
    const one = { kind: 'dispatch', limit: 1 } as const
    given(diamond, open(), one, loaded('a')).when(dispatch).says()
  })
})

describe('an answer', () => {
  it('starts every child whose parents are all loaded, and no other', () => {
    given(diamond, open(), dispatch, loaded('a'))
      .when(loaded('b'))
      .says({ type: 'object-loaded', object_id: 'b', attempt: 1 })
    given(diamond, open(), dispatch, loaded('a'), loaded('b'))
      .when(loaded('c'))
      .says({ type: 'object-loaded', object_id: 'c' }, { type: 'object-ready', object_id: 'd', attempt: 1 })
  })

  it('is decided on what came before it in the same batch', () => {
    given(diamond, open(), dispatch, loaded('a'))
      .when(loaded('b'), loaded('c'))
      .says({ object_id: 'b' }, { object_id: 'c' }, { type: 'object-ready', object_id: 'd' })
  })

  it('counts once, however often it comes', () => {
    given(diamond, open(), dispatch, loaded('a', 1)).when(loaded('a', 1), loaded('a')).says()
  })

  it('of an object that was not announced changes nothing', () => {
    given(diamond, open(), dispatch).when(loaded('d'), failed('d'), loaded('stranger')).says()
  })

  it('without an attempt means the current one', () => {
    given(pair, open(), dispatch)
      .when(loaded('a'))
      .says({ type: 'object-loaded', object_id: 'a', attempt: 1 })
  })

  it('of an attempt that was given up changes nothing', () => {
    const retried = given(pair, open(), dispatch, failed('a', 1), at(openedAtMs + 600_000, tick))
    retried.when(loaded('a', 1), failed('a', 1)).says()
    retried.when(loaded('a', 2)).says({ type: 'object-loaded', attempt: 2 })
  })

  it('carries info and result into the fact', () => {
    given(pair, open(), dispatch)
      .when(loaded('a', 1, 'rows: 3'))
      .says({ type: 'object-loaded', result: 'rows: 3' })
  })
})

describe('a failure', () => {
  it('is tried again after a wait that grows, with the next attempt', () => {
    const { run } = given(pair, open(), dispatch, failed('a'))
    const due = run.dueAtMsOf(run.plan.indexOf.get('a') ?? -1)
    expect(due).toBeGreaterThan(openedAtMs)
    expect(run.head.nextDueAtMs).toBe(due)
    given(pair, open(), dispatch, failed('a'))
      .when(at(due - 1, tick))
      .says()
    given(pair, open(), dispatch, failed('a'))
      .when(at(due, tick))
      .says({ type: 'object-ready', object_id: 'a', attempt: 2 })
  })

  it('is final after the last retry', () => {
    const steps = [open({ max_retries: 1 }), dispatch, failed('a'), at(openedAtMs + 600_000, tick)]
    given(pair, ...steps)
      .when(failed('a', 2))
      .says({ type: 'object-failed', object_id: 'a', attempt: 2 })
  })

  it('that is not retryable is final at once', () => {
    given(pair, open(), dispatch)
      .when(failed('a', 1, false))
      .says({ type: 'object-failed', object_id: 'a', attempt: 1 })
  })

  it('blocks all that needs the object, near and far, once each, and lets siblings run on', () => {
    const plan = planOf({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'], other: [] })
    given(plan, noRetries, dispatch)
      .when(failed('a'))
      .says(
        { type: 'object-failed', object_id: 'a' },
        { type: 'object-blocked', object_id: 'b', by: 'a' },
        { type: 'object-blocked', object_id: 'c', by: 'a' },
        { type: 'object-blocked', object_id: 'd', by: 'a' },
      )
  })

  it('of two parents blocks a common child once', () => {
    const plan = planOf({ a: [], b: [], c: ['a', 'b'] })
    given(plan, noRetries, dispatch)
      .when(failed('a'), failed('b'))
      .says(
        { object_id: 'a' },
        { type: 'object-blocked', by: 'a' },
        { object_id: 'b' },
        { type: 'run-ended' },
      )
  })
})

describe('time', () => {
  it('makes an attempt without an answer a failure at its deadline', () => {
    const steps = [open({ answer_timeout_ms: 1_000 }), dispatch]
    given(pair, ...steps)
      .when(at(openedAtMs + 999, tick))
      .says()
    given(pair, ...steps)
      .when(at(openedAtMs + 1_000, tick))
      .says(
        {
          type: 'object-retry-scheduled',
          object_id: 'a',
          attempt: 1,
          error: { code: 'ATTEMPT_TIMED_OUT' } as never,
        },
        { type: 'object-retry-scheduled', object_id: 'b' },
      )
  })

  it('ends a run that took too long, and gives up what is open', () => {
    given(diamond, open({ run_timeout_ms: 5_000 }), dispatch, loaded('a'))
      .when(at(openedAtMs + 5_000, tick))
      .says(
        { type: 'object-cancelled', object_id: 'b' },
        { type: 'object-cancelled', object_id: 'c' },
        { type: 'object-cancelled', object_id: 'd' },
        {
          type: 'run-ended',
          state: 'timed-out',
          counts: { loaded: 1, failed: 0, blocked: 0, reused: 0, cancelled: 3 },
        },
      )
  })

  it('is never looked at later than the next thing that is due', () => {
    const { run } = given(pair, open({ answer_timeout_ms: 1_000 }), dispatch, loaded('a'))
    const spurious = given(pair, open({ answer_timeout_ms: 1_000 }), dispatch, loaded('a')).when(
      at(openedAtMs + 500, tick),
    )
    expect(run.head.nextDueAtMs).toBe(openedAtMs + 1_000)
    expect(spurious.head.nextDueAtMs).toBe(openedAtMs + 1_000)
  })
})

describe('the end', () => {
  it('is succeeded when everything is loaded or reused', () => {
    given(pair, open({}, ['a']), dispatch)
      .when(at(openedAtMs + 70, loaded('b')))
      .says(
        { type: 'object-loaded' },
        {
          type: 'run-ended',
          state: 'succeeded',
          duration_ms: 70,
          counts: { loaded: 1, failed: 0, blocked: 0, reused: 1, cancelled: 0 },
        },
      )
  })

  it('is failed when anything failed', () => {
    given(pair, noRetries, dispatch, loaded('a'))
      .when(failed('b'))
      .says({ type: 'object-failed' }, { type: 'run-ended', state: 'failed' })
  })

  it('comes at once when nothing needs to be loaded', () => {
    given(pair)
      .when(open({}, ['a', 'b', 'stranger']))
      .says(
        { type: 'run-opened' },
        { type: 'object-reused' },
        { type: 'object-reused' },
        { type: 'run-ended', state: 'succeeded' },
      )
  })

  it('by cancelling gives up what is open and says who wanted it', () => {
    given(pair, open(), dispatch, loaded('a'))
      .when(cancel)
      .says(
        { type: 'object-cancelled', object_id: 'b' },
        { type: 'run-ended', state: 'cancelled', reason: 'an operator wants it' },
      )
  })

  it('is final', () => {
    given(pair, open(), dispatch, cancel)
      .when(loaded('a'), failed('b'), tick, cancel, dispatch, open())
      .says()
  })
})

describe('reuse', () => {
  it('starts the children of what is fresh, and hands on its result', () => {
    const { run } = given(diamond, open({}, ['a']))
    given(diamond, open({}, ['a']))
      .when(dispatch)
      .says({ object_id: 'b' }, { object_id: 'c' })
    expect(run.resultOf(run.plan.indexOf.get('a') ?? -1)).toBe('result of a')
  })
})
