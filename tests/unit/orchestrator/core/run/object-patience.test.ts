// How patient a run is with one object, and what becomes of attempts that nobody answers.

import { describe, expect, it } from 'vitest'
import { patienceOf, shortestPickupMs } from '../../../../../orchestrator/core/run/object-patience.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import { defaultRunPolicy, mostLost, mostUnclaimed } from '../../../../../orchestrator/core/run/run-policy.ts'
import { dueAtMsOf } from '../../../../../orchestrator/core/run/summary.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { at, dispatch, failed, given, loaded, open, openedAtMs, tick } from '../../../../support/run-spec.ts'

const plan = planOf({ a: { parents: [], policy: { max_retries: 0 } }, b: [], c: ['b'] })
const indexOf = (id: string) => plan.indexOf.get(id) ?? -1
const pair = planOf({ a: [], b: ['a'] })

const lost = (attempt: number, cause: 'lease-expired' | 'not-picked-up' | 'restarted' = 'lease-expired') =>
  ({ kind: 'lost', objectId: 'a', attempt, cause }) as RunInput

describe('the policy of an object', () => {
  it('is what the object says, else its zone, else the run', () => {
    const zones = { ingestion: { max_retries: 7, attempt_timeout_ms: 5, backoff: { base_ms: 9 } } }
    const { run } = given(plan, open({ zones }))
    expect(patienceOf(run, indexOf('a'))).toMatchObject({ max_retries: 0, attempt_timeout_ms: 5 })
    expect(patienceOf(run, indexOf('b'))).toMatchObject({ max_retries: 7 })
    expect(patienceOf(run, indexOf('b')).backoff).toEqual({ ...defaultRunPolicy.backoff, base_ms: 9 })
    expect(patienceOf(run, indexOf('c'))).toMatchObject({ max_retries: 3, attempt_timeout_ms: 3_600_000 })
  })

  it('decides how often it is tried', () => {
    given(plan, open(), dispatch).when(failed('a')).says({ type: 'object-failed', object_id: 'a' })
    given(plan, open(), dispatch).when(failed('b')).says({ type: 'object-retry-scheduled', object_id: 'b' })
  })

  it('says when nobody waits for its answer any more', () => {
    const soon = planOf({ a: { parents: [], policy: { answer_timeout_ms: 100 } } })
    given(soon, open())
      .when(dispatch)
      .says({ type: 'object-ready', deadline_ms: openedAtMs + 100 })
    const never = planOf({ a: { parents: [], policy: { answer_timeout_ms: null } } })
    const fact = given(never, open({ answer_timeout_ms: 100 })).when(dispatch).facts[0]
    expect(fact).not.toHaveProperty('deadline_ms')
  })

  it('makes the next attempt wait as long as the error asks for', () => {
    const error = { code: 'TARGET_UNAVAILABLE', retryable: true, detail: 'open', retry_after_ms: 30_000 }
    const answer: RunInput = {
      kind: 'failed',
      runId: 'run-1',
      objectId: 'a',
      attempt: 1,
      info: undefined,
      error,
    }
    given(pair, open(), dispatch)
      .when(answer)
      .says({ type: 'object-retry-scheduled', due_at_ms: openedAtMs + 30_000 })
  })
})

describe('the shortest wait for somebody to begin', () => {
  it('is that of any object, zone, or the run, and there may be none', () => {
    expect(shortestPickupMs(given(pair, open()).run)).toBeUndefined()
    expect(shortestPickupMs(given(pair, open({ pickup_timeout_ms: 9 })).run)).toBe(9)
    const zones = { application: { pickup_timeout_ms: 5 } }
    expect(shortestPickupMs(given(pair, open({ pickup_timeout_ms: 9, zones })).run)).toBe(5)
    const hasty = planOf({ a: { parents: [], policy: { pickup_timeout_ms: 2 } } })
    expect(shortestPickupMs(given(hasty, open({ pickup_timeout_ms: 9 })).run)).toBe(2)
  })

  it('is when its run must be looked at, as long as something is out', () => {
    const { run } = given(pair, open({ pickup_timeout_ms: 900, run_timeout_ms: null }), dispatch)
    expect(dueAtMsOf(run, run.head, openedAtMs)).toBe(openedAtMs + 900)
  })
})

describe('an attempt that was lost', () => {
  it('is followed by the next one at once, and that is no failure', () => {
    given(pair, open({ max_retries: 0 }), dispatch)
      .when(lost(1))
      .says(
        {
          type: 'object-retry-scheduled',
          attempt: 1,
          due_at_ms: openedAtMs,
          given_up: 'lost',
        },
        { type: 'object-ready', object_id: 'a', attempt: 2 },
      )
    given(pair, open({ max_retries: 1 }), dispatch, lost(1))
      .when(failed('a', 2))
      .says({ type: 'object-retry-scheduled', attempt: 2 })
  })

  it('that is not the one that is out changes nothing', () => {
    given(pair, open(), dispatch, lost(1)).when(lost(1)).says()
    given(pair, open(), dispatch, loaded('a')).when(lost(1)).says()
    given(pair, open(), dispatch)
      .when({ kind: 'lost', objectId: 'none', attempt: 1, cause: 'restarted' })
      .says()
  })

  it('too often is given up: who kills its workers is not loaded', () => {
    const kills = Array.from({ length: mostLost }, (_, index) => lost(index + 1))
    given(pair, open(), dispatch, ...kills)
      .when(lost(mostLost + 1))
      .says(
        { type: 'object-failed', given_up: 'lost' },
        { type: 'object-blocked', object_id: 'b' },
        { type: 'run-ended' },
      )
  })

  it('may be one that nobody had begun, as often as that is', () => {
    const losses = Array.from({ length: mostLost + 3 }, (_, index) => lost(index + 1, 'not-picked-up'))
    given(pair, open(), dispatch, ...losses)
      .when(lost(mostLost + 4, 'restarted'))
      .says({ type: 'object-retry-scheduled', given_up: 'not-begun' }, { type: 'object-ready' })
  })

  it('is not followed by another while the run is paused', () => {
    const paused = [open(), dispatch, { kind: 'pause', by: 'ada' } as const]
    given(pair, ...paused)
      .when(lost(1))
      .says({ type: 'object-retry-scheduled' })
    given(pair, ...paused, lost(1), { kind: 'resume', by: 'ada' })
      .when(dispatch)
      .says({ type: 'object-ready', attempt: 2 })
  })

  it('and answered after all gives a late result', () => {
    given(pair, open(), dispatch, lost(1))
      .when(at(openedAtMs, loaded('a', 1)))
      .says({ type: 'late-result', attempt: 1 })
    given(pair, open(), dispatch, lost(1)).when(tick).says()
  })

  it('because nobody begins it is announced a hundred times, and then left as it is', () => {
    const losses = Array.from({ length: mostUnclaimed }, (_, index) => lost(index + 1, 'not-picked-up'))
    given(pair, open(), dispatch, ...losses)
      .when(lost(mostUnclaimed + 1, 'not-picked-up'))
      .says()
    given(pair, open(), dispatch, ...losses)
      .when(lost(mostUnclaimed + 1))
      .says({ type: 'object-retry-scheduled', given_up: 'lost' }, { type: 'object-ready' })
  })
})

describe('an attempt above the current one, which a commit had announced that the store has lost', () => {
  it('counts when it was loaded, and what the current one says later is a late result', () => {
    given(pair, open(), dispatch)
      .when(loaded('a', 2))
      .says({ type: 'object-loaded', object_id: 'a', attempt: 2 }, { type: 'object-ready', object_id: 'b' })
    given(pair, open(), dispatch, loaded('a', 2))
      .when(loaded('a', 1))
      .says({ type: 'late-result', attempt: 1 })
    given(pair, open(), dispatch, loaded('a', 2)).when(loaded('a', 2)).says()
  })

  it('is followed by one above it when it failed or was lost, and only its own failure counts', () => {
    given(pair, open({ max_retries: 1 }), dispatch, failed('a', 3))
      .when(at(openedAtMs + 600_000, tick))
      .says({ type: 'object-ready', attempt: 4 })
    given(pair, open({ max_retries: 0 }), dispatch)
      .when(failed('a', 3))
      .says({ type: 'object-failed', attempt: 3 }, {}, {})
    given(pair, open(), dispatch)
      .when(lost(2))
      .says({ attempt: 2, given_up: 'lost' }, { type: 'object-ready', attempt: 3 })
  })

  it('is believed only so far: nobody announced what is further ahead', () => {
    given(pair, open(), dispatch).when(loaded('a', 102), failed('a', 70_000), lost(102)).says()
  })
})

describe('an attempt that its zone does not begin, because it has begun a newer one', () => {
  const overtaken = (attempt: number): RunInput => {
    const error = { code: 'ATTEMPT_LOST', retryable: true, detail: 'a newer attempt was begun' }
    return { kind: 'failed', runId: 'run-1', objectId: 'a', attempt, info: undefined, error }
  }

  it('is followed by the next one at once, and is no failure', () => {
    given(pair, open({ max_retries: 0 }), dispatch)
      .when(overtaken(1))
      .says({ attempt: 1, given_up: 'not-begun' }, { type: 'object-ready', attempt: 2 })
  })

  it('changes nothing when it is not the one that is out, and leaves its late result to be told', () => {
    given(pair, open(), dispatch, lost(1)).when(overtaken(1)).says()
    given(pair, open(), dispatch, lost(1), overtaken(1))
      .when(loaded('a', 1))
      .says({ type: 'late-result', attempt: 1, outcome: 'loaded' })
    given(pair, open(), dispatch, loaded('a', 1)).when(overtaken(1)).says()
  })

  it('is a failure as any other when that was said a hundred times', () => {
    const said = Array.from({ length: mostUnclaimed }, (_, index) => overtaken(index + 1))
    given(pair, open({ max_retries: 0 }), dispatch, ...said)
      .when(overtaken(mostUnclaimed + 1))
      .says({ type: 'object-failed' }, { type: 'object-blocked' }, { type: 'run-ended' })
  })
})
