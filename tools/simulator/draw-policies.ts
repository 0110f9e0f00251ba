// How patient the objects and zones of a world are, and how long a child waits for a parent or lives on old loads.

import type { BackoffPolicy, ObjectPolicy } from '../../orchestrator/core/graph/object-policy.ts'
import type { LastLoad } from '../../orchestrator/ports/load-registry.ts'
import type { JsonObject } from '../../shared/base/json.ts'
import { type Zone, zones } from '../../shared/base/layer.ts'
import type { Random } from '../../shared/base/random.ts'

/** Parts are from 0 to 1; a world that spares a kind has 0 of it. */
export interface PolicyRates {
  /** Part of the objects that have a policy of their own. */
  readonly ownPolicies: number
  readonly zonePolicies: Readonly<Partial<Record<Zone, ObjectPolicy>>>
  readonly isHealed: boolean
  /** After this time an attempt that nobody has begun is announced anew, where nobody says otherwise. */
  readonly pickupTimeoutMs: number | null
  /** Part of the `stale-ok` links that say how old a load may be. */
  readonly agedLinks: number
  /** Part of the loose links that say until when the child waits. */
  readonly waitingLinks: number
  /** When in the storm, or shortly after it, the time comes until which they wait: rather early, while much is open. */
  readonly waitEnd: number
  /** Part of the objects that were loaded before the story begins. */
  readonly earlierLoads: number
  /** How far the openings of the runs are spread over the storm; 0: all of them come at once. */
  readonly spread: number
}

/** What of a world the policies are drawn by. */
export interface PolicyGround {
  /** The longest time of a load. */
  readonly loaderMs: number
  /** Whether attempts may be given up because nobody begins or answers them: that heals what else would be found. */
  readonly isHealed: boolean
}

/** Half of the worlds spare each kind. */
export function drawPolicies(random: Random, ground: PolicyGround): PolicyRates {
  const part = (most: number) => (random() < 0.5 ? 0 : random() * most)
  const own = random() < 0.5 ? [] : zones.filter(() => random() < 0.6)
  return {
    ownPolicies: part(0.6),
    zonePolicies: Object.fromEntries(own.map((zone) => [zone, drawPolicy(random, ground)])),
    isHealed: ground.isHealed,
    pickupTimeoutMs: ground.isHealed && random() < 0.5 ? whole(random, 300, 3_000) : null,
    agedLinks: part(1),
    waitingLinks: part(1),
    waitEnd: random() ** 3,
    earlierLoads: part(1),
    spread: part(0.8),
  }
}

/** Says something of everything, or nothing. A time-out of the attempt strikes some loads, and never all of them. */
export function drawPolicy(random: Random, { loaderMs, isHealed }: PolicyGround): ObjectPolicy {
  const isSaid = () => random() < 0.5
  const orNever = (from: number, to: number) => (random() < 0.2 ? null : whole(random, from, to))
  return {
    ...(isSaid() ? { max_retries: whole(random, 0, 4) } : {}),
    ...(isSaid() ? { backoff: drawBackoff(random) } : {}),
    ...(isSaid() ? { attempt_timeout_ms: orNever(50 + Math.floor(loaderMs / 2), 100 + 2 * loaderMs) } : {}),
    ...(isHealed && isSaid() ? { answer_timeout_ms: orNever(3_000, 6_000) } : {}),
    ...(isHealed && isSaid() ? { pickup_timeout_ms: orNever(300, 3_000) } : {}),
  }
}

function drawBackoff(random: Random): Partial<BackoffPolicy> {
  const isSaid = () => random() < 0.5
  return {
    ...(isSaid() ? { base_ms: whole(random, 0, 500) } : {}),
    ...(isSaid() ? { factor: 1 + 2 * random() } : {}),
    ...(isSaid() ? { cap_ms: whole(random, 500, 1_500) } : {}),
  }
}

/** What stands in the registry when the story begins: loads of up to ten seconds ago. */
export function drawEarlierLoads(
  { earlierLoads }: PolicyRates,
  random: Random,
  objects: number,
  nowMs: number,
): readonly LastLoad[] {
  return Array.from({ length: objects }, (_, index) => `o${index}`)
    .filter(() => earlierLoads > 0 && random() < earlierLoads)
    .map((objectId) => ({ objectId, loadedAtMs: nowMs - whole(random, 0, 10_000), result: { rows: 0 } }))
}

/** The policy as a definition says it. */
export function inWords(policy: ObjectPolicy): JsonObject {
  const { max_retries, backoff, ...timeouts } = policy
  const spans = Object.entries(timeouts).map(([name, ms]) => [name.replace('_ms', ''), inSpan(ms)])
  const { base_ms, factor, cap_ms } = backoff ?? {}
  const wait = said({ base: inSpan(base_ms), factor, cap: inSpan(cap_ms) })
  return said({
    max_retries,
    ...Object.fromEntries(spans),
    ...(backoff === undefined ? {} : { backoff: wait }),
  })
}

function inSpan(ms: number | null | undefined): string | undefined {
  if (ms === undefined) return undefined
  return ms === null ? 'never' : `${ms}ms`
}

function said(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** What a loose link says beside its kind. The times of day are 00:01, which is to come, and 00:00, long gone. */
export function drawTerms(
  { agedLinks, waitingLinks }: PolicyRates,
  random: Random,
  kind: string,
): JsonObject {
  const isAged = kind === 'stale-ok' && agedLinks > 0 && random() < agedLinks
  const isWaiting = waitingLinks > 0 && random() < waitingLinks
  return {
    ...(isAged ? { max_age: `${whole(random, 200, 8_000)}ms` } : {}),
    ...(isWaiting ? { wait_until: random() < 0.9 ? '00:01' : '00:00' } : {}),
  }
}

function whole(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1))
}
