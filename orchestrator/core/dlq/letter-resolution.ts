// The record that says what became of a dead letter: so that the DLQ topic alone tells what is open.

import { eventVersion } from '../../../shared/base/format-version.ts'
import { cloudEventHeaders } from '../../../shared/events/cloud-event.ts'
import type { EventRecord } from '../../../shared/events/event-record.ts'
import type { ByHand } from '../run/run-fact.ts'
import type { LetterSource, LetterState } from './dead-letter-entry.ts'

interface Resolution extends ByHand {
  readonly resolved: Exclude<LetterState, 'open' | 'reloaded'>
  readonly atMs: number
  /** The commit of the run that says so: it is about letters of earlier commits only. */
  readonly version?: number
}

const source = 'millefeuille/orchestrator'

/** Of an object's letter; it goes to the partition of the letter, behind it. */
export function objectResolution(
  topic: string,
  of: { readonly runId: string; readonly objectId: string },
  resolution: Resolution & { readonly version: number },
): EventRecord {
  const { runId, objectId } = of
  const { resolved, atMs, version } = resolution
  const type = `DeadLetterResolved.${resolved}`
  // An object may be seen to again and again: the commit tells these events from each other.
  const headers = cloudEventHeaders({ type, source, ...of, attempt: version, atMs })
  const value = JSON.stringify({ ...printed(resolution), run_id: runId, id: objectId })
  return { topic, key: runId, value, headers }
}

/**
 * A rerun has loaded the object: a letter of it that is open, and not of a later failure, needs nobody any more. It knows
 * no commit of the run that it is a rerun of: the instant must tell.
 */
export function reloadResolution(
  topic: string,
  of: { readonly runId: string; readonly objectId: string },
  by: ByHand & { readonly rerun: string; readonly attempt: number; readonly atMs: number },
): EventRecord {
  const { runId, objectId } = of
  const { rerun, attempt, atMs, ...hand } = by
  const type = 'DeadLetterResolved.reloaded'
  const headers = cloudEventHeaders({ type, source, runId: rerun, objectId, attempt, atMs })
  const told = {
    event: 'DeadLetterResolved',
    v: eventVersion,
    resolved: 'reloaded',
    ...hand,
    at_ms: atMs,
    rerun,
  }
  return { topic, key: runId, value: JSON.stringify({ ...told, run_id: runId, id: objectId }), headers }
}

/** Of the letter of a record that nobody could read; `key` is that of its letter. */
export function recordResolution(
  topic: string,
  of: { readonly source: LetterSource; readonly key: string },
  resolution: Resolution,
): EventRecord {
  const { topic: from, partition, offset } = of.source
  const objectId = `${from}/${partition}/${offset}`
  const type = `DeadLetterResolved.${resolution.resolved}`
  const headers = cloudEventHeaders({ type, source, runId: 'record', objectId, atMs: resolution.atMs })
  const value = JSON.stringify({ ...printed(resolution), source: of.source })
  return { topic, key: of.key, value, headers }
}

function printed({ resolved, by, reason, atMs, version }: Resolution) {
  return {
    event: 'DeadLetterResolved',
    v: eventVersion,
    resolved,
    by,
    ...(reason === undefined ? {} : { reason }),
    at_ms: atMs,
    ...(version === undefined ? {} : { version }),
  }
}
