// CloudEvents 1.0 attributes as Kafka headers (binary mode of the Kafka protocol binding).

import { hash } from 'node:crypto'

export interface EventIdentity {
  readonly type: string
  readonly source: string
  readonly runId: string
  readonly objectId?: string
  readonly attempt?: number
  readonly atMs: number
  /** The W3C trace context of whoever caused the event, when it is known. */
  readonly traceparent?: string | undefined
}

/**
 * The headers of an event. `ce_id` is made of run, object, attempt and type, so that the same event sent
 * twice has the same id. Source: CloudEvents Kafka protocol binding 1.0.2.
 */
export function cloudEventHeaders(event: EventIdentity): Record<string, string> {
  return {
    ce_specversion: '1.0',
    ce_id: `${step(event.runId)}/${step(event.objectId ?? '-')}/${event.attempt ?? 0}/${event.type}`,
    ce_type: event.type,
    ce_source: event.source,
    ce_time: timeOf(event.atMs),
    'content-type': 'application/json',
    traceparent: event.traceparent ?? traceparentOf(event.runId, event.objectId, event.attempt),
  }
}

// Two events never share an id, whatever their names are made of.
function step(name: string): string {
  return name.includes('/') ? encodeURIComponent(name) : name
}

/** One trace a run, one span an attempt, derived from their names, so that every replica says the same. Source: W3C Trace Context 1. */
export function traceparentOf(runId: string, objectId = '', attempt = 0): string {
  const span = hash('md5', `${objectId}/${attempt}`).slice(0, 16)
  return `00-${traceIdOf(runId)}-${span}-01`
}

// The events of a commit are of one moment.
let lastTime = { atMs: Number.NaN, text: '' }

function timeOf(atMs: number): string {
  if (lastTime.atMs !== atMs) lastTime = { atMs, text: new Date(atMs).toISOString() }
  return lastTime.text
}

// A run asks for its trace id once per event; a run's events come in rows.
let lastRun = { runId: '', traceId: '' }

function traceIdOf(runId: string): string {
  if (lastRun.runId !== runId) lastRun = { runId, traceId: hash('md5', runId) }
  return lastRun.traceId
}
