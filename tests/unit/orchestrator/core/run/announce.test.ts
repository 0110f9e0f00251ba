// What travels on Kafka because of a commit.

import { describe, expect, it } from 'vitest'
import { announce } from '../../../../../orchestrator/core/run/announce.ts'
import { printCommit } from '../../../../../orchestrator/core/run/commit-record.ts'
import { evolve } from '../../../../../orchestrator/core/run/evolve.ts'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { maxRecordBytes } from '../../../../../shared/events/event-record.ts'
import { parseReady } from '../../../../../shared/events/ready.ts'
import { defaultTopics } from '../../../../../shared/events/topics.ts'
import { chained } from '../../../../support/chained.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { dispatch, failed, given, loaded, open, openedAtMs, runAfter } from '../../../../support/run-spec.ts'

const plan = planOf({ a: { parents: [], definition: { id: 'a', Format: 'csv' } }, b: ['a'] })

function eventsOf(run: ReturnType<typeof runAfter>, facts: readonly RunFact[]) {
  const commit = chained(run.id, 2, openedAtMs, facts)
  return announce(run, commit, printCommit(commit), defaultTopics)
}

const json = (value: string | undefined) => JSON.parse(value ?? 'null')

describe('announce', () => {
  it('asks the zone of the object, with the definition as it was given', () => {
    const { run, when } = given(plan, open())
    const [ready] = eventsOf(run, when(dispatch).facts)
    expect(ready?.topic).toBe('event.load.ready.ingestion')
    expect(json(ready?.value)).toMatchObject({
      event: 'ObjectReady',
      id: 'a',
      zone: '1-Raw',
      run_id: 'run-1',
      attempt: 1,
    })
    expect(json(ready?.value).object).toEqual({ id: 'a', Format: 'csv' })
    expect(json(ready?.value).ts).toBe(Math.floor(openedAtMs / 1000))
    expect(parseReady(ready?.value ?? '').ok).toBe(true)
  })

  it('hands the results of the parents to the child', () => {
    const run = runAfter(plan, [open(), dispatch, loaded('a', 1, 'rows: 3')])
    const [ready] = eventsOf(run, [{ type: 'object-ready', object_id: 'b', attempt: 1 }])
    expect(json(ready?.value).inputs).toEqual({ a: 'rows: 3' })
  })

  it('leaves out inputs that would make the event too large, and says which', () => {
    const parents = Array.from({ length: 20 }, (_, index) => `p${index}`)
    const wide = planOf({ ...Object.fromEntries(parents.map((id) => [id, []])), child: parents })
    const run = runAfter(wide, [open(), dispatch, ...parents.map((id) => loaded(id, 1, 'x'.repeat(60_000)))])
    const [ready] = eventsOf(run, [{ type: 'object-ready', object_id: 'child', attempt: 1 }])
    expect(Buffer.byteLength(ready?.value ?? '')).toBeLessThan(maxRecordBytes)
    expect(json(ready?.value)).toMatchObject({
      inputs: {},
      inputs_omitted: expect.arrayContaining(['p0', 'p19']),
    })
  })

  it('gives the same event the same id and trace, whoever says it', () => {
    const { run, when } = given(plan, open())
    const { facts } = when(dispatch)
    const [first, again] = [eventsOf(run, facts)[0], eventsOf(run, facts)[0]]
    expect(first?.headers).toEqual(again?.headers)
    expect(first?.headers.ce_id).toBe('run-1/a/1/ObjectReady')
    expect(first?.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })

  it('publishes Ready events in order of dispatch, whatever the order of the facts', () => {
    const mixed = planOf({
      low: { parents: [], criticality: 'low' },
      high: { parents: [], criticality: 'high' },
    })
    const run = runAfter(mixed, [open()])
    const facts = ['low', 'high'].map(
      (object_id) => ({ type: 'object-ready', object_id, attempt: 1 }) as const,
    )
    expect(
      eventsOf(run, facts)
        .slice(0, 2)
        .map((event) => json(event.value).id),
    ).toEqual(['high', 'low'])
  })

  it('sends an object that failed for good to the DLQ topic with its error and definition', () => {
    const { run, when } = given(plan, open({ max_retries: 0 }), dispatch)
    const letters = eventsOf(run, when(failed('a')).facts).filter(
      (event) => event.topic === defaultTopics.dlq,
    )
    expect(letters).toHaveLength(1)
    expect(json(letters[0]?.value)).toMatchObject({
      id: 'a',
      attempt: 1,
      error: { code: 'LOADER_FAILED' },
      object: { id: 'a' },
    })
    expect(letters[0]?.headers.dlq_code).toBe('LOADER_FAILED')
  })

  it('says on the workflow topic how the run of a workflow ended, and nothing for other runs', () => {
    const ended = { kind: 'cancel', reason: 'enough' } as const
    const workflow = { ...open(), workflow: 'daily', businessDate: '2026-11-21' } as ReturnType<typeof open>
    const daily = given(plan, workflow)
    const [event] = eventsOf(daily.run, daily.when(ended).facts).filter(
      ({ topic }) => topic === defaultTopics.workflow,
    )
    expect(json(event?.value)).toMatchObject({
      event: 'orchestrator_workflow_failed',
      business_date: '2026-11-21',
      state: 'cancelled',
    })
    const plain = given(plan, open())
    expect(
      eventsOf(plain.run, plain.when(ended).facts).some(({ topic }) => topic === defaultTopics.workflow),
    ).toBe(false)
  })
})

describe('a Ready event of an object that goes on without all it needs', () => {
  it('carries the old result it goes on with, and says so', () => {
    const linked = planOf({
      a: [],
      b: { parents: ['a'], links: { a: { kind: 'stale-ok' } }, policy: { attempt_timeout_ms: 7 } },
    })
    const lastLoads = [{ objectId: 'a', loadedAtMs: 5, result: 'old' }]
    const opening = { ...open({ max_retries: 0 }), lastLoads } as ReturnType<typeof open>
    const { when } = given(linked, opening, dispatch)
    const { facts } = when(failed('a', 1, false))
    const after = runAfter(linked, [opening, dispatch])
    evolve(after, facts, openedAtMs)
    const ready = eventsOf(after, facts).find(({ topic }) => topic.startsWith(defaultTopics.ready))
    expect(json(ready?.value)).toMatchObject({
      id: 'b',
      inputs: { a: 'old' },
      degraded: [{ parent: 'a', child: 'b', reason: 'failed', loaded_at_ms: 5 }],
      timeout_ms: 7,
    })
  })

  it('carries the new result of a parent that came back, though one above it went on with the old', () => {
    const linked = planOf({
      a: [],
      b: { parents: ['a'], links: { a: { kind: 'stale-ok' } } },
      c: { parents: ['a', 'b'], links: { a: { kind: 'stale-ok' } } },
    })
    const lastLoads = [{ objectId: 'a', loadedAtMs: 5, result: 'old' }]
    const opening = { ...open({ max_retries: 0 }), lastLoads } as ReturnType<typeof open>
    const back = { kind: 'mark-loaded', objectId: 'a', by: 'ann', result: 'new' } as const
    const after = runAfter(linked, [opening, dispatch, failed('a', 1, false), back])
    const { facts } = given(linked, opening, dispatch, failed('a', 1, false), back).when(loaded('b', 1))
    evolve(after, facts, openedAtMs)
    const ready = eventsOf(after, facts).find(({ topic }) => topic.startsWith(defaultTopics.ready))
    expect(json(ready?.value)).toMatchObject({
      id: 'c',
      inputs: { a: 'new' },
      degraded: [{ parent: 'a', child: 'b', reason: 'failed', loaded_at_ms: 5 }],
    })
  })
})

describe('the journal', () => {
  it('carries the commit exactly as it is stored', () => {
    const { run, when } = given(plan, open())
    const { facts } = when(dispatch)
    const record = eventsOf(run, facts).at(-1)
    expect(record).toMatchObject({
      topic: defaultTopics.journal,
      key: 'run-1',
      value: printCommit(chained('run-1', 2, openedAtMs, facts)),
    })
  })

  it('splits a commit that is too large for one record, and loses no fact', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `o${index}`)
    const run = runAfter(planOf(Object.fromEntries(ids.map((id) => [id, []]))), [open(), dispatch])
    const facts = ids.map(
      (object_id) => ({ type: 'object-loaded', object_id, attempt: 1, result: 'é'.repeat(30_000) }) as const,
    )
    const records = eventsOf(run, facts).filter(({ topic }) => topic === defaultTopics.journal)
    expect(records.length).toBeGreaterThan(1)
    for (const { value } of records) expect(Buffer.byteLength(value)).toBeLessThan(maxRecordBytes)
    expect(records.flatMap(({ value }) => json(value).facts)).toEqual(facts)
    expect(records.map(({ value }) => [json(value).part, json(value).parts])).toEqual(
      records.map((_, i) => [i + 1, records.length]),
    )
  })
})
