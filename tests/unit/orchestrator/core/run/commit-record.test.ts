// A run read back from its commits is the run that made them.

import { expect, it } from 'vitest'
import { parseCommit, printCommit, replay } from '../../../../../orchestrator/core/run/commit-record.ts'
import { decide } from '../../../../../orchestrator/core/run/decide.ts'
import { evolve } from '../../../../../orchestrator/core/run/evolve.ts'
import { Run } from '../../../../../orchestrator/core/run/run.ts'
import { chained } from '../../../../support/chained.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { dispatch, failed, loaded, open, tick } from '../../../../support/run-spec.ts'

it('gives the same states, attempts, timers, results and counts when it is replayed', () => {
  const plan = planOf({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'], e: [] })
  const run = new Run('run-1', plan)
  const records: string[] = []
  const steps = [
    open(),
    dispatch,
    loaded('a', 1, 'of a'),
    failed('b'),
    loaded('c'),
    failed('e', 1, false),
    tick,
  ]
  for (const [step, input] of steps.entries()) {
    const { facts, head } = decide(run, [input], step * 400)
    records.push(printCommit(chained('run-1', step + 1, step * 400, facts)))
    evolve(run, facts, step * 400)
    run.head = head
  }

  const read = new Run('run-1', plan)
  replay(read, records)

  const stateOf = (of: Run) =>
    plan.objects.map((_, i) => [
      of.stateOf(i),
      of.attemptOf(i),
      of.pendingOf(i),
      of.dueAtMsOf(i),
      of.resultOf(i),
    ])
  expect(stateOf(read)).toEqual(stateOf(run))
  expect(read.head.counts).toEqual(run.head.counts)
  expect(read.head.nextDueAtMs).toBeLessThanOrEqual(run.head.nextDueAtMs)
})

it('refuses what a newer release has written, and leaves the run as it was', () => {
  const newer = JSON.stringify({ v: 2, id: 'x', run_id: 'r', facts: [] })
  expect(() => parseCommit(newer)).toThrowError(expect.objectContaining({ code: 'FORMAT_NEWER' }))
})

it('refuses what no version of the house has written', () => {
  expect(() => parseCommit('{"v":0,"facts":[]}')).toThrowError(
    expect.objectContaining({ code: 'RUN_CORRUPT' }),
  )
  expect(() => parseCommit('half a rec')).toThrowError(expect.objectContaining({ code: 'RUN_CORRUPT' }))
})
