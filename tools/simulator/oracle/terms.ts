// What a definition says of its links and of patience with it, read apart from the product (docs/definitions.md).

import type { PlanObject } from '../../../orchestrator/core/graph/plan.ts'
import type { RunPolicy } from '../../../orchestrator/core/run/run-policy.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'
import { zoneOf } from '../../../shared/base/layer.ts'

export interface LinkTerms {
  readonly parent: string
  readonly kind: 'required' | 'optional' | 'stale-ok'
  /** How old a load may be that serves in the parent's place. */
  readonly maxAgeMs: number
  /** The time of day (HH:MM) until which the child waits; undefined: as long as it takes. */
  readonly waitUntil: string | undefined
}

/** By object, as rules ask for the links of one object again and again. */
const known = new WeakMap<PlanObject, readonly LinkTerms[]>()

export function linksOf(object: PlanObject): readonly LinkTerms[] {
  const links = known.get(object) ?? readLinks(object)
  known.set(object, links)
  return links
}

function readLinks({ definition, parents }: PlanObject): readonly LinkTerms[] {
  const written = Array.isArray(definition.parents) ? (definition.parents as readonly Json[]) : parents
  return written.map((link) => {
    const { id, policy = 'required', max_age, wait_until } = isJsonObject(link) ? link : { id: link }
    return {
      parent: String(id),
      kind: policy as LinkTerms['kind'],
      maxAgeMs: max_age === undefined ? Number.POSITIVE_INFINITY : spanMs(max_age),
      waitUntil: wait_until as string | undefined,
    }
  })
}

export interface Patience {
  readonly maxRetries: number
  readonly baseMs: number
  readonly factor: number
  readonly capMs: number
  /** Time-outs, in milliseconds; Infinity: never. */
  readonly attemptMs: number
  readonly answerMs: number
  readonly pickupMs: number
}

/** What the object says counts before what its zone says, and that before the run, each field by itself. */
export function patienceOf(run: RunPolicy, { definition, layer }: PlanObject): Patience {
  const own = fieldOf(definition, 'policy')
  const zone = (run.zones?.[zoneOf(layer)] ?? {}) as JsonObject
  const wait = (word: string, name: 'base_ms' | 'factor' | 'cap_ms') =>
    first(fieldOf(own, 'backoff')[word], fieldOf(zone, 'backoff')[name], run.backoff[name])
  return {
    maxRetries: Number(first(own.max_retries, zone.max_retries, run.max_retries)),
    baseMs: spanMs(wait('base', 'base_ms')),
    factor: Number(wait('factor', 'factor')),
    capMs: spanMs(wait('cap', 'cap_ms')),
    attemptMs: limitMs(first(own.attempt_timeout, zone.attempt_timeout_ms, run.attempt_timeout_ms)),
    answerMs: limitMs(first(own.answer_timeout, zone.answer_timeout_ms, run.answer_timeout_ms)),
    pickupMs: limitMs(first(own.pickup_timeout, zone.pickup_timeout_ms, run.pickup_timeout_ms)),
  }
}

/** Null is said, too: never. */
function first(...said: readonly (Json | undefined)[]): Json | undefined {
  return said.find((value) => value !== undefined)
}

function fieldOf(value: JsonObject, name: string): JsonObject {
  const field = value[name]
  return isJsonObject(field) ? field : {}
}

function limitMs(value: Json | undefined): number {
  return value === null || value === undefined || value === 'never' ? Number.POSITIVE_INFINITY : spanMs(value)
}

/** The worlds say all spans in milliseconds: as text in definitions, as numbers in runs. */
function spanMs(value: Json | undefined): number {
  return typeof value === 'number' ? value : Number(String(value).replace('ms', ''))
}
