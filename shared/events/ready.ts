// ObjectReady: the orchestrator asks the zone of an object's layer to load it.

import type { Json, JsonObject } from '../base/json.ts'
import { isJsonObject, parseJson } from '../base/json.ts'
import { type ZoneLabel, zoneLabels } from '../base/layer.ts'
import { objectIdOf } from '../base/object-id.ts'
import { failure, type Result, success } from '../base/result.ts'
import type { Degradation } from './degradation.ts'

export interface ReadyEvent {
  readonly event: 'ObjectReady'
  /** The version of this format; absent: the first. */
  readonly v?: number
  readonly id: string
  readonly zone: ZoneLabel
  readonly name: string | null
  readonly run_id: string
  readonly attempt: number
  /** When it was announced, in seconds since the epoch. */
  readonly ts: number
  readonly tenant: string
  /** The workflow whose step the object is, and the day it is for (YYYY-MM-DD); absent outside of workflows. */
  readonly workflow?: string
  readonly business_date?: string
  /** The definition as it was given. */
  readonly object: JsonObject
  /** What the parents answered as their results, by parent id; parents without a result are absent. */
  readonly inputs: { readonly [parentId: string]: Json }
  /** Parents whose results were left out because the event would have been too large. */
  readonly inputs_omitted?: readonly string[]
  /** What the object goes on without, or with an old load of; absent: it has all it needs. */
  readonly degraded?: readonly Degradation[]
  /** How long the attempt may take once it has begun, in milliseconds; null: for ever. */
  readonly timeout_ms: number | null
  /** The instant at which the attempt is given up, in milliseconds since the epoch; null: never. */
  readonly deadline_ms: number | null
}

function isText(value: Json): value is string {
  return typeof value === 'string'
}

/**
 * Reads a Ready event; unknown fields are ignored, optional ones may be missing. Of a newer version than is known only
 * the names count: so its attempt can be answered.
 */
export function parseReady(text: string): Result<ReadyEvent, string> {
  const json = parseJson(text)
  if (!isJsonObject(json)) return failure('not a JSON object')
  const id = objectIdOf(json.id)
  if (id === undefined) return failure('no id')
  if (typeof json.run_id !== 'string' || json.run_id === '') return failure('no run_id')
  const zone = zoneLabels.find((label) => label === json.zone)
  if (zone === undefined) return failure(`zone is none of ${zoneLabels.join(', ')}`)
  return success({
    event: 'ObjectReady',
    ...(typeof json.v === 'number' ? { v: json.v } : {}),
    id,
    zone,
    name: typeof json.name === 'string' ? json.name : null,
    run_id: json.run_id,
    attempt: typeof json.attempt === 'number' ? json.attempt : 1,
    ts: typeof json.ts === 'number' ? json.ts : 0,
    tenant: typeof json.tenant === 'string' ? json.tenant : 'default',
    ...(typeof json.workflow === 'string' ? { workflow: json.workflow } : {}),
    ...(typeof json.business_date === 'string' ? { business_date: json.business_date } : {}),
    object: isJsonObject(json.object) ? json.object : {},
    inputs: isJsonObject(json.inputs) ? (json.inputs as ReadyEvent['inputs']) : {},
    ...(Array.isArray(json.inputs_omitted) ? { inputs_omitted: json.inputs_omitted.filter(isText) } : {}),
    ...(Array.isArray(json.degraded) ? { degraded: json.degraded as unknown as readonly Degradation[] } : {}),
    timeout_ms: typeof json.timeout_ms === 'number' ? json.timeout_ms : null,
    deadline_ms: typeof json.deadline_ms === 'number' ? json.deadline_ms : null,
  })
}
