// An attempt that its zone refuses to begin, because a breaker keeps it from the service, uses up no retry.

import { describe, expect, it } from 'vitest'
import { failuresOf } from '../../../../../orchestrator/core/run/object-patience.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import { mostUnclaimed, type RunPolicy } from '../../../../../orchestrator/core/run/run-policy.ts'
import { whyOf } from '../../../../../orchestrator/core/run/why.ts'
import type { AnswerError } from '../../../../../shared/events/answer.ts'
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
  refused as refusedAt,
  type TimedInput,
  tick,
} from '../../../../support/run-spec.ts'

const pair = planOf({ a: [], b: ['a'] })

const refused = (attempt?: number, error: Partial<AnswerError> = {}) => refusedAt('a', attempt, error)

/** Attempts one after the other, ten minutes each: each is answered, and the next is announced. */
function tries(from: number, answers: readonly ((attempt: number) => RunInput)[]): readonly TimedInput[] {
  return answers.flatMap((answer, index) => {
    const atMs = openedAtMs + (from + index) * 600_000
    return [at(atMs, answer(from + index)), at(atMs + 300_000, tick)]
  })
}

const times = (count: number, answer: (attempt: number) => RunInput) =>
  Array<typeof answer>(count).fill(answer)
const failedA = (attempt: number) => failed('a', attempt)
const opened = (policy: Partial<RunPolicy>) => [open({ run_timeout_ms: null, ...policy }), dispatch] as const

describe('an attempt that a breaker refuses', () => {
  it('is no failure: the object waits, also when it has no retry left', () => {
    given(pair, ...opened({ max_retries: 0 }))
      .when(refused(1, { retry_after_ms: 30_000 }))
      .says({
        type: 'object-retry-scheduled',
        attempt: 1,
        due_at_ms: openedAtMs + 30_000,
        given_up: 'not-begun',
        error: { code: 'TARGET_UNAVAILABLE', retryable: true, detail: 'its breaker is open' },
      })
    const after = tries(1, [...times(9, refused), failedA, ...times(9, refused)])
    given(pair, ...opened({ max_retries: 1 }), ...after)
      .when(at(openedAtMs + 20 * 600_000, loaded('a', 20)))
      .says({ type: 'object-loaded', attempt: 20 }, { type: 'object-ready', object_id: 'b' })
  })

  it('is not counted among the failures', () => {
    const { run } = given(pair, ...opened({}), ...tries(1, [refused, failedA, refused]), refused(4))
    expect(failuresOf(run, run.plan.indexOf.get('a') ?? -1)).toBe(1)
    const again = tries(1, [...times(5, refused), failedA])
    given(pair, ...opened({ max_retries: 1 }), ...again)
      .when(at(openedAtMs + 7 * 600_000, failed('a', 7)))
      .says({ type: 'object-failed', attempt: 7 }, { type: 'object-blocked' }, { type: 'run-ended' })
  })

  it('makes nobody wait longer: only failures make the backoff grow', () => {
    const backoff = { base_ms: 10_000, factor: 2, cap_ms: 100_000 }
    const policy = { max_retries: 9, backoff }
    // Always the twelfth attempt: its jitter is the same.
    const waitMs = (
      before: readonly ((attempt: number) => RunInput)[],
      last: (attempt: number) => RunInput,
    ) => {
      const answers = [...before, ...times(11 - before.length, refused)]
      const atMs = openedAtMs + 12 * 600_000
      const fact = given(pair, ...opened(policy), ...tries(1, answers)).when(at(atMs, last(12))).facts[0]
      return fact?.type === 'object-retry-scheduled' ? fact.due_at_ms - atMs : Number.NaN
    }
    const first = waitMs([], failedA)
    expect(first).toBeGreaterThanOrEqual(1_000)
    expect([waitMs([], refused), waitMs([failedA], refused)]).toEqual([first, first])
    const second = waitMs([failedA], failedA)
    expect(second / first).toBeCloseTo(2, 1)
    expect(waitMs([failedA, failedA], refused)).toBe(second)
    expect(waitMs([failedA, failedA], failedA) / first).toBeCloseTo(4, 1)
  })

  it('says nothing again, nor when it is over: nothing was done that could be kept', () => {
    given(pair, ...opened({}), refused(1))
      .when(refused(1), refused(undefined))
      .says()
    given(pair, ...opened({}), ...tries(1, [refused]))
      .when(refused(1))
      .says()
    given(pair, ...opened({ answer_timeout_ms: 100 }), at(openedAtMs + 100, tick))
      .when(refused(1))
      .says()
    given(pair, ...opened({}), loaded('a', 1))
      .when(refused(1))
      .says()
    given(pair, ...opened({}), cancel)
      .when(refused(1))
      .says()
  })

  it('does not keep from being told what the attempt came to after all', () => {
    given(pair, ...opened({}), refused(1), refused(1))
      .when(loaded('a', 1))
      .says({ type: 'late-result', attempt: 1, outcome: 'loaded' })
  })

  it('may be the current one of a zone that says no attempt', () => {
    given(pair, ...opened({ max_retries: 0 }))
      .when(refused(undefined))
      .says({ type: 'object-retry-scheduled', attempt: 1, given_up: 'not-begun' })
  })

  it('may be one that a commit had announced which the store has lost', () => {
    given(pair, ...opened({ max_retries: 0 }), refused(3))
      .when(at(openedAtMs + 300_000, tick))
      .says({ type: 'object-ready', attempt: 4 })
  })

  it('fails as any other when its zone says that no retry helps', () => {
    given(pair, ...opened({}))
      .when(refused(1, { retryable: false }))
      .says({ type: 'object-failed', attempt: 1 }, { type: 'object-blocked' }, { type: 'run-ended' })
    given(pair, ...opened({ answer_timeout_ms: 100 }), at(openedAtMs + 100, tick))
      .when(refused(1, { retryable: false }))
      .says({ type: 'late-result', attempt: 1, outcome: 'failed' })
  })

  it('is announced when it is due, unless the run is paused', () => {
    const dueAtMs = openedAtMs + 60_000
    const waiting = [...opened({}), refused(1, { retry_after_ms: 60_000 })] as const
    given(pair, ...waiting)
      .when(at(dueAtMs - 1, tick))
      .says()
    given(pair, ...waiting)
      .when(at(dueAtMs, tick))
      .says({ type: 'object-ready', attempt: 2 })
    given(pair, ...waiting, { kind: 'pause', by: 'ada' })
      .when(at(dueAtMs, tick))
      .says()
  })
})

describe('an object that a breaker keeps from its service', () => {
  const exhausted = tries(1, times(mostUnclaimed, refused))
  const laterMs = openedAtMs + (mostUnclaimed + 1) * 600_000

  it('is patient a hundred times: then it fails as by any other error', () => {
    given(pair, ...opened({ max_retries: 0 }), ...exhausted)
      .when(at(laterMs, refused(mostUnclaimed + 1)))
      .says({ type: 'object-failed', attempt: mostUnclaimed + 1 }, { type: 'object-blocked' }, {})
    const { facts } = given(pair, ...opened({ max_retries: 1 }), ...exhausted).when(
      at(laterMs, refused(mostUnclaimed + 1)),
    )
    expect(facts).toMatchObject([{ type: 'object-retry-scheduled', attempt: mostUnclaimed + 1 }])
    expect(facts[0]).not.toHaveProperty('given_up')
  })

  const lost = (cause: 'not-picked-up' | 'lease-expired') => (attempt: number) =>
    ({ kind: 'lost', objectId: 'a', attempt, cause }) as const

  it.each(['not-picked-up', 'lease-expired'] as const)(
    'does not count those lost by %s with them',
    (cause) => {
      const mixed = [...times(mostUnclaimed - 1, refused), lost(cause)]
      given(pair, ...opened({ max_retries: 0 }), ...tries(1, mixed))
        .when(at(laterMs, refused(mostUnclaimed + 1)))
        .says({ type: 'object-retry-scheduled', given_up: 'not-begun' })
    },
  )

  it('is announced anew when nobody picks it up, however often it was refused, and the other way round', () => {
    const next = mostUnclaimed + 1
    given(pair, ...opened({}), ...exhausted)
      .when(at(laterMs, lost('not-picked-up')(next)))
      .says({ type: 'object-retry-scheduled', given_up: 'not-begun' }, { type: 'object-ready' })
    const unclaimed = tries(1, times(mostUnclaimed, lost('not-picked-up')))
    given(pair, ...opened({ max_retries: 0 }), ...unclaimed)
      .when(at(laterMs, refused(next)))
      .says({ type: 'object-retry-scheduled', given_up: 'not-begun' })
  })

  it('is as patient again when somebody tries it again by hand', () => {
    const reset = [
      ...opened({ max_retries: 0 }),
      ...exhausted,
      at(laterMs, refused(mostUnclaimed + 1)),
      at(laterMs, { kind: 'retry', objectId: 'a', by: 'ada' }),
      at(laterMs, dispatch),
    ] as const
    const second = mostUnclaimed + 2
    given(pair, ...reset)
      .when(at(laterMs, refused(second)))
      .says({ type: 'object-retry-scheduled', attempt: second, given_up: 'not-begun' })
    given(pair, ...reset, ...tries(second, times(mostUnclaimed, refused)))
      .when(at(laterMs * 3, refused(second + mostUnclaimed)))
      .says({ type: 'object-failed' }, {}, {})
  })
})

describe('why an object waits that was refused', () => {
  const nothingKnown = { holderOf: () => undefined, crewOf: () => undefined, joinedTo: () => undefined }
  const textAfter = (count: number) => {
    const lastMs = openedAtMs + count * 600_000
    const { run } = given(
      pair,
      ...opened({}),
      ...tries(1, times(count - 1, refused)),
      at(lastMs, refused(count)),
    )
    return whyOf(run, run.plan.indexOf.get('a') ?? -1, { ...nothingKnown, nowMs: lastMs })[0]
  }

  it('is that nobody began its attempt, as long as that is no failure', () => {
    const said = 'TARGET_UNAVAILABLE: its breaker is open'
    expect(textAfter(2)).toMatchObject({
      reason: 'retry-backoff',
      text: `attempt 2 was not begun, and uses up no retry: ${said}`,
      release: expect.stringMatching(/^attempt 3 at 1970-/),
    })
    expect(textAfter(mostUnclaimed + 1)?.text).toBe(`attempt ${mostUnclaimed + 1} failed with ${said}`)
  })
})
