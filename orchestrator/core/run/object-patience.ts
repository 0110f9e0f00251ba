// How patient a run is with one object: what the object says comes before what its zone says, and that before the run.

import { at } from '../../../shared/base/assert.ts'
import { type Backoff, backoffMs } from '../../../shared/base/backoff.ts'
import { zoneOf } from '../../../shared/base/layer.ts'
import { hashFraction } from '../../../shared/base/random.ts'
import type { AnswerError } from '../../../shared/events/answer.ts'
import type { Plan } from '../graph/plan.ts'
import { buildGroupOf } from './build.ts'
import { defaultRunPolicy, type RunPolicy } from './run-policy.ts'
import type { RunView } from './run-view.ts'

export type Patience = Pick<
  RunPolicy,
  'max_retries' | 'backoff' | 'attempt_timeout_ms' | 'answer_timeout_ms' | 'pickup_timeout_ms'
>

/** Retries fall due together on this grid: a thousand failures are a few decisions, and not a thousand. */
export const retryGridMs = 50

/** What counts for one object of the run. */
export function patienceOf(run: RunView, index: number): Patience {
  const policy = run.head.opened?.policy ?? defaultRunPolicy
  const object = at(run.plan.objects, index)
  const ofZone = policy.zones?.[zoneOf(object.layer)]
  if (object.policy === undefined && ofZone === undefined) return policy
  const backoff = { ...policy.backoff, ...ofZone?.backoff, ...object.policy?.backoff }
  return { ...policy, ...ofZone, ...object.policy, backoff }
}

/** Failures of the object that count against its retries; the attempt that is out counts as one. */
export function failuresOf(run: RunView, index: number): number {
  return run.attemptOf(index) - run.notesOf(index).spared
}

/**
 * The instant of the next attempt. Its jitter is a function of run, object and attempt: chance without a source of
 * chance, the same on every replica and in every replay. Runs that share builds have the same luck, lest a failure
 * part them. Never earlier than the error asks for. `failures`: those that make it wait.
 */
export function retryAtMs(
  run: RunView,
  index: number,
  error: AnswerError,
  atMs: number,
  failures = failuresOf(run, index),
): number {
  const { base_ms, factor, cap_ms } = patienceOf(run, index).backoff
  const backoff: Backoff = { baseMs: base_ms, factor, capMs: cap_ms }
  const objectId = at(run.plan.objects, index).id
  const chance = hashFraction(`${buildGroupOf(run) ?? run.id}/${objectId}/${run.attemptOf(index)}`)
  const waitMs = Math.max(backoffMs(backoff, failures, chance), error.retry_after_ms ?? 0)
  return Math.ceil((atMs + waitMs) / retryGridMs) * retryGridMs
}

/** The shortest time after which an attempt that nobody claims is lost, over all objects; undefined: there is none. */
export function shortestPickupMs(run: RunView): number | undefined {
  const policy = run.head.opened?.policy
  const ofZones = Object.values(policy?.zones ?? {}).map(pickupOf)
  return shortest([policy?.pickup_timeout_ms, ...ofZones, ofObjects(run.plan)])
}

const shortestByPlan = new WeakMap<Plan, number | null>()

// Asked for with every commit: a plan is looked through once.
function ofObjects(plan: Plan): number | null {
  const known = shortestByPlan.get(plan)
  if (known !== undefined) return known
  const found = shortest(plan.objects.map(({ policy }) => pickupOf(policy ?? {}))) ?? null
  shortestByPlan.set(plan, found)
  return found
}

function shortest(spans: readonly (number | null | undefined)[]): number | undefined {
  let least = Number.POSITIVE_INFINITY
  for (const span of spans) if (typeof span === 'number' && span < least) least = span
  return least === Number.POSITIVE_INFINITY ? undefined : least
}

function pickupOf(policy: { readonly pickup_timeout_ms?: number | null }): number | null | undefined {
  return policy.pickup_timeout_ms
}
