// What lists show of a run, and when somebody must look at it again.

import { describe, expect, it } from 'vitest'
import { decide } from '../../../../../orchestrator/core/run/decide.ts'
import type { Run } from '../../../../../orchestrator/core/run/run.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import { dueAtMsOf, failuresIn, isScanned, summaryOf } from '../../../../../orchestrator/core/run/summary.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { patient } from '../../../../support/replica-bench.ts'
import { at, cancel, dispatch, failed, given, openedAtMs, tick } from '../../../../support/run-spec.ts'

const pair = planOf({ a: [], b: [] })
const opened = { kind: 'open', tenant: 'acme', policy: patient, reused: [] } as const
const one = { kind: 'dispatch', limit: 1 } as const

describe('the failures of a decision', () => {
  const failures = ({ run, inputs }: { run: Run; inputs: readonly RunInput[] }) =>
    failuresIn(run, decide(run, inputs, openedAtMs).facts)
  const without = (code: string): RunInput => {
    const error = { code, retryable: true, detail: 'no' }
    return { kind: 'failed', runId: 'run-1', objectId: 'a', attempt: undefined, info: undefined, error }
  }
  const lost: RunInput = { kind: 'lost', objectId: 'a', attempt: 1, cause: 'lease-expired' }

  it('are those so far of each object that failed, be it tried again or not, and nothing else is one', () => {
    const { run } = given(pair, opened, dispatch)
    expect(failures({ run, inputs: [failed('a'), failed('b', 1, false)] })).toEqual([
      { objectId: 'a', count: 1 },
      { objectId: 'b', count: 1 },
    ])
    expect(failures({ run: given(pair, opened).run, inputs: [dispatch] })).toEqual([])
  })

  it('are not attempts that nobody began or whose worker died, nor those before a fresh start', () => {
    const { run } = given(pair, opened, dispatch)
    expect(failures({ run, inputs: [without('TARGET_UNAVAILABLE')] })).toEqual([])
    expect(failures({ run, inputs: [lost] })).toEqual([])
    expect(failures({ run, inputs: [lost, failed('a', 2)] })).toEqual([{ objectId: 'a', count: 1 }])
    const later = given(pair, opened, dispatch, lost, failed('a', 2), at(openedAtMs + 600_000, tick))
    expect(failures({ run: later.run, inputs: [failed('a', 3)] })).toEqual([{ objectId: 'a', count: 2 }])
    const again = [failed('b', 1, false), { kind: 'retry', objectId: 'b', by: 'ada' }, dispatch] as const
    const anew = given(pair, opened, dispatch, ...again)
    expect(failures({ run: anew.run, inputs: [failed('b', 2)] })).toEqual([{ objectId: 'b', count: 1 }])
  })

  it('are counted on from a fresh start of the same decision', () => {
    const { run } = given(pair, opened, dispatch)
    const inputs: RunInput[] = [failed('b', 1, false), { kind: 'retry', objectId: 'b', by: 'ada' }, dispatch]
    expect(failures({ run, inputs })).toEqual([{ objectId: 'b', count: 0 }])
    expect(failures({ run, inputs: [...inputs, failed('b', 2)] })).toEqual([{ objectId: 'b', count: 1 }])
  })
})

describe('the due time of a run', () => {
  it('is five seconds from now while its opening is not finished, and its next timer after that', () => {
    const cut = given(pair, opened, one).run
    expect(isScanned(cut)).toBe(false)
    expect(dueAtMsOf(cut, cut.head, openedAtMs)).toBe(openedAtMs + 5_000)
    const whole = given(pair, opened, dispatch).run
    expect(dueAtMsOf(whole, whole.head, openedAtMs)).toBe(Number.POSITIVE_INFINITY)
    const retried = given(pair, opened, dispatch, failed('a')).run
    expect(dueAtMsOf(retried, retried.head, openedAtMs)).toBe(retried.head.nextDueAtMs)
  })

  it('is never, once the run has ended', () => {
    const { run } = given(pair, opened, one, cancel)
    expect([isScanned(run), dueAtMsOf(run, run.head, openedAtMs)]).toEqual([true, Number.POSITIVE_INFINITY])
  })
})

describe('the summary of a run', () => {
  it('says who it is for and how it stands, by the head of the decision', () => {
    const { run, when } = given(pair, opened, dispatch)
    const { head } = when(cancel)
    expect(summaryOf(run, run.head)).toMatchObject({
      tenant: 'acme',
      state: 'running',
      endedAtMs: null,
      objects: 2,
    })
    expect(summaryOf(run, head)).toMatchObject({
      state: 'cancelled',
      endedAtMs: openedAtMs,
      counts: { cancelled: 2, ready: 0 },
    })
  })
})
