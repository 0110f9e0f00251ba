// Attempts are the same work when nothing that a loader is given differs, and only then.

import { describe, expect, it } from 'vitest'
import { announce } from '../../../../../orchestrator/core/run/announce.ts'
import { announcedAgain } from '../../../../../orchestrator/core/run/announced-again.ts'
import { buildAskOf, buildGroupOf } from '../../../../../orchestrator/core/run/build.ts'
import { printCommit } from '../../../../../orchestrator/core/run/commit-record.ts'
import { decide } from '../../../../../orchestrator/core/run/decide.ts'
import { evolve } from '../../../../../orchestrator/core/run/evolve.ts'
import { retryAtMs } from '../../../../../orchestrator/core/run/object-patience.ts'
import { Run } from '../../../../../orchestrator/core/run/run.ts'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import type { ReadyEvent } from '../../../../../shared/events/ready.ts'
import { defaultTopics } from '../../../../../shared/events/topics.ts'
import { chained } from '../../../../support/chained.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { dispatch, loaded, open, openedAtMs, runAfter } from '../../../../support/run-spec.ts'

const ready: ReadyEvent = {
  event: 'ObjectReady',
  id: '2005',
  zone: '2-Standardized',
  name: 'Projects',
  run_id: 'one',
  attempt: 1,
  ts: 1_763_600_000,
  tenant: 'default',
  workflow: 'daily',
  business_date: '2026-11-21',
  object: { id: '2005', Format: 'csv', deep: { x: 1, y: [2] } },
  inputs: { 1001: { rows: 3, of: 'x' }, 1002: 4 },
  timeout_ms: 5_000,
  deadline_ms: 9_000,
}
const buildOf = (changes: Partial<ReadyEvent> = {}, answerTimeoutMs: number | null = 7_000) =>
  buildAskOf({ ...ready, ...changes }, 'g', answerTimeoutMs).build

const dated = (businessDate: string, policy = {}): RunInput => ({ ...open(policy), businessDate }) as RunInput

describe('two attempts', () => {
  it.each([
    ['run', { run_id: 'two' }],
    ['attempt', { attempt: 2 }],
    ['moment', { ts: 1, deadline_ms: 99 }],
    ['workflow', { workflow: 'another' }],
    ['order of keys', { object: { deep: { y: [2], x: 1 }, Format: 'csv', id: '2005' } }],
    ['order of inputs', { inputs: { 1002: 4, 1001: { of: 'x', rows: 3 } } }],
  ])('are the same work whatever the %s', (_, changes) => {
    expect(buildOf(changes)).toBe(buildOf())
  })

  it.each([
    ['definition', { object: { ...ready.object, Format: 'xlsx' } }],
    ['input', { inputs: { ...ready.inputs, 1002: 5 } }],
    ['missing input', { inputs: { 1002: 4 } }],
    ['object', { id: '2006' }],
    ['time-out', { timeout_ms: null }],
    ['degradation', { degraded: [{ parent: 'p', child: '2005', reason: 'failed' as const }] }],
  ])('are not the same work with another %s', (_, changes) => {
    expect(buildOf(changes)).not.toBe(buildOf())
  })

  it('are not the same work when one is no step of a workflow: zones choose the loader by that', () => {
    const { workflow: _, ...bare } = ready
    expect(buildAskOf(bare, 'g', 7_000).build).not.toBe(buildOf())
  })

  it('are not the same work when one is waited for longer', () => {
    expect(buildOf({}, 8_000)).not.toBe(buildOf())
    expect(buildOf({}, null)).not.toBe(buildOf())
  })
})

describe('a group', () => {
  const plan = planOf({ a: [] })
  it('is a date and a tenant; runs without a date have none', () => {
    const groups = [
      dated('2026-11-21'),
      dated('2026-11-22'),
      { ...dated('2026-11-21'), tenant: 'north' } as RunInput,
    ]
    const names = groups.map((input) => buildGroupOf(runAfter(plan, [input])))
    expect(new Set(names).size).toBe(3)
    expect(buildGroupOf(runAfter(plan, [open()]))).toBeUndefined()
  })

  it('has one luck: a failure that its runs share does not part them', () => {
    const policy = { backoff: { base_ms: 1_000_000, factor: 1, cap_ms: 1_000_000 } }
    const dueOf = (runId: string, opening: RunInput) => {
      const run = new Run(runId, plan)
      for (const input of [opening, dispatch]) {
        const { facts, head } = decide(run, [input], openedAtMs)
        evolve(run, facts, openedAtMs)
        run.head = head
      }
      return retryAtMs(run, 0, { code: 'X', retryable: true, detail: '' }, 0)
    }
    const names = ['r1', 'r2', 'r3']
    expect(new Set(names.map((name) => dueOf(name, dated('2026-11-21', policy)))).size).toBe(1)
    expect(new Set(names.map((name) => dueOf(name, open(policy)))).size).toBe(3)
  })
})

describe('what is announced', () => {
  const plan = planOf({ a: [], b: [], c: ['a'] })
  const isReady: RunFact = { type: 'object-ready', object_id: 'a', attempt: 1, deadline_ms: openedAtMs + 500 }
  const eventsOf = (input: RunInput) => {
    const run = runAfter(plan, [input])
    const commit = chained(run.id, 2, openedAtMs, [isReady])
    return announce(run, commit, printCommit(commit), defaultTopics)
  }

  it('says which work it is, with how long it is waited for, when the run is for a date', () => {
    const [record, journal] = eventsOf(dated('2026-11-21'))
    const event = JSON.parse(record?.value ?? '') as ReadyEvent
    expect(record?.build).toEqual({ ...buildAskOf(event, '2026-11-21 default', 500), commit: 'run-1.2' })
    expect(journal?.build).toBeUndefined()
  })

  it('says nothing of it when the run is for no date', () => {
    expect(eventsOf(open()).map((record) => 'build' in record)).toEqual([false, false])
  })

  it('again is what has no answer yet, and nothing else', () => {
    const commits = [
      chained('run-1', 1, openedAtMs, [{ type: 'object-ready', object_id: 'a', attempt: 1 }]),
      chained('run-1', 2, openedAtMs, [{ type: 'object-ready', object_id: 'b', attempt: 1 }]),
      chained('run-1', 3, openedAtMs, [{ type: 'object-ready', object_id: 'c', attempt: 1 }]),
    ].map(printCommit)
    const run = runAfter(plan, [dated('2026-11-21'), dispatch, loaded('a', 1)])
    const again = announcedAgain(run, commits, defaultTopics)
    expect(again.map(({ build }) => build?.objectId)).toEqual(['b', 'c'])
  })
})
