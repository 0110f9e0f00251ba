// What lists show of a run, and when somebody must look at it again.

import { describe, expect, it } from 'vitest'
import { dueAtMsOf, failuresIn, isScanned, summaryOf } from '../../../../../orchestrator/core/run/summary.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { patient } from '../../../../support/replica-bench.ts'
import { cancel, dispatch, failed, given, openedAtMs } from '../../../../support/run-spec.ts'

const pair = planOf({ a: [], b: [] })
const opened = { kind: 'open', tenant: 'acme', policy: patient, reused: [] } as const
const one = { kind: 'dispatch', limit: 1 } as const

describe('the failures of a decision', () => {
  it('are counted by the attempt that failed, be it tried again or not, and nothing else is one', () => {
    const { facts } = given(pair, opened, dispatch).when(failed('a'), failed('b', 1, false))
    expect(facts.map(({ type }) => type)).toContain('object-retry-scheduled')
    expect(failuresIn(facts)).toEqual([
      { objectId: 'a', count: 1 },
      { objectId: 'b', count: 1 },
    ])
    expect(failuresIn(given(pair, opened).when(dispatch).facts)).toEqual([])
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
