// CloudEvents attributes: the same event has the same id, whoever sends it and however often.

import { describe, expect, it } from 'vitest'
import {
  cloudEventHeaders,
  type EventIdentity,
  traceparentOf,
} from '../../../../shared/events/cloud-event.ts'

const event: EventIdentity = {
  type: 'ObjectReady',
  source: 'millefeuille/orchestrator',
  runId: 'run-1',
  objectId: 'a',
  attempt: 2,
  atMs: Date.UTC(2026, 10, 21),
}
const idOf = (changes: Partial<EventIdentity>) => cloudEventHeaders({ ...event, ...changes }).ce_id

describe('the headers of an event', () => {
  it('are those of CloudEvents in binary mode', () => {
    expect(cloudEventHeaders(event)).toMatchObject({
      ce_specversion: '1.0',
      ce_id: 'run-1/a/2/ObjectReady',
      ce_type: 'ObjectReady',
      ce_source: 'millefeuille/orchestrator',
      ce_time: '2026-11-21T00:00:00.000Z',
      'content-type': 'application/json',
    })
  })

  it('have an id made of run, object, attempt and type, and of nothing else', () => {
    const others = [{ runId: 'run-2' }, { objectId: 'b' }, { attempt: 3 }, { type: 'ObjectDead' }]
    expect(new Set([...others.map(idOf), idOf({})]).size).toBe(5)
    expect(idOf({ atMs: 0, source: 'elsewhere', traceparent: 'x' })).toBe(idOf({}))
  })

  it('have an id also without object and attempt', () => {
    expect(cloudEventHeaders({ type: 'RunPlan', source: 's', runId: 'run-1', atMs: 0 }).ce_id).toBe(
      'run-1/-/0/RunPlan',
    )
  })

  it('carry the trace of whoever caused the event, else that of its run', () => {
    expect(cloudEventHeaders({ ...event, traceparent: 'given' }).traceparent).toBe('given')
    expect(cloudEventHeaders(event).traceparent).toBe(traceparentOf('run-1', 'a', 2))
  })
})

describe('a trace context', () => {
  it('is a valid W3C traceparent: one trace a run, one span an attempt', () => {
    const [version, trace, span, flags] = traceparentOf('run-1', 'a', 1).split('-')
    expect([version, flags]).toEqual(['00', '01'])
    expect(trace).toMatch(/^[0-9a-f]{32}$/)
    expect(span).toMatch(/^[0-9a-f]{16}$/)
    expect(traceparentOf('run-1', 'a', 2).split('-')[1]).toBe(trace)
    expect(traceparentOf('run-1', 'a', 2).split('-')[2]).not.toBe(span)
    expect(traceparentOf('run-1', 'b', 1).split('-')[2]).not.toBe(span)
    expect(traceparentOf('run-2', 'a', 1).split('-')[1]).not.toBe(trace)
  })

  it('is the same whatever was asked before', () => {
    const first = traceparentOf('run-1', 'a', 1)
    traceparentOf('run-2', 'a', 1)
    expect(traceparentOf('run-1', 'a', 1)).toBe(first)
  })
})
