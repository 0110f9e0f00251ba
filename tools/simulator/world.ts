// The world of one simulated story, drawn whole from its seed: sizes, speeds, and how much goes wrong.

import { type Zone, zones } from '../../shared/base/layer.ts'
import type { Random } from '../../shared/base/random.ts'
import { drawPolicies, type PolicyRates } from './draw-policies.ts'
import { drawFaults, type FaultRates } from './fault-rates.ts'

export interface World {
  readonly orchestrators: number
  /** Worker processes of each zone. */
  readonly workersPerZone: number
  readonly loadersPerWorker: number
  readonly partitions: number
  readonly runs: number
  /** Whether the first run was opened by an older release, before the story begins. */
  readonly hasOldRun: boolean
  readonly objectsPerRun: number
  /** Parents of an object, at most. */
  readonly mostParents: number
  /** Part of the links that a child can do without, or for which an old load will do. */
  readonly looseLinks: number
  /** Longest time a loader takes, in milliseconds. */
  readonly loaderMs: number
  /** Part of the loads that fail. */
  readonly failingLoads: number
  /** Part of the failures that say another try is useless. */
  readonly finalFailures: number
  readonly maxRetries: number
  readonly leaseMs: number
  /** Null: unless `policies` say otherwise nothing is healed by giving up an attempt; every answer must come by itself. */
  readonly attemptTimeoutMs: number | null
  readonly commitIntervalMs: number
  readonly sessionTimeoutMs: number
  /** After this time a rebuild of the store counts as dead. */
  readonly rebuildLeaseMs: number
  /** Longest time of a call to broker or store, each way. */
  readonly latencyMs: number
  readonly faults: FaultRates
  readonly policies: PolicyRates
  /** The zone whose workers are somebody else's: their answers do not say which attempt they belong to. */
  readonly foreignZone: Zone | null
  /** Whether all runs have one plan and one business date: then they share what they need at the same time. */
  readonly isShared: boolean
  /** How long things go wrong; then everything must come to its end. */
  readonly stormMs: number
  /** Part of the loads that a breaker refuses, as long as the storm lasts. */
  readonly refusedLoads: number
}

/** The longest time that a zone needs for everything, if it is done once and nobody waits. */
const mostWorkMs = 5_000

/**
 * Every span is short enough that the longest chain of them fits into the calm: a session that times out, then a
 * lease that runs out, then an attempt that is given up and tried again as often as it may be.
 */
export function drawWorld(random: Random): World {
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  const part = (most: number) => (random() < 0.5 ? 0 : random() * most)
  const workersPerZone = whole(1, 2)
  const loadersPerWorker = whole(1, 8)
  const runs = whole(1, 4)
  const objectsPerRun = whole(1, 40)
  // Half of the longest time on the average, in three zones, and some of it more than once.
  const fairMs = Math.floor((6 * workersPerZone * loadersPerWorker * mostWorkMs) / (runs * objectsPerRun))
  const attemptTimeoutMs = random() < 0.5 ? null : whole(3_000, 6_000)
  const isHealed = attemptTimeoutMs !== null || random() < 0.4
  const loaderMs = Math.min(fairMs, random() < 0.7 ? whole(0, 400) : whole(400, 1_500))
  return {
    orchestrators: 2,
    workersPerZone,
    loadersPerWorker,
    partitions: whole(1, 4),
    runs,
    hasOldRun: random() < 0.2,
    objectsPerRun,
    mostParents: whole(1, 4),
    looseLinks: part(0.8),
    loaderMs,
    failingLoads: part(0.3),
    finalFailures: part(0.3),
    maxRetries: whole(0, 4),
    leaseMs: whole(500, 3_000),
    attemptTimeoutMs,
    commitIntervalMs: whole(0, 500),
    sessionTimeoutMs: whole(100, 3_000),
    rebuildLeaseMs: whole(6_000, 8_000),
    latencyMs: whole(0, 40),
    faults: drawFaults(random),
    policies: drawPolicies(random, { loaderMs, isHealed }),
    foreignZone: random() < 0.7 ? null : (zones[whole(0, zones.length - 1)] ?? null),
    stormMs: whole(5_000, 40_000),
    isShared: random() < 0.3,
    refusedLoads: part(0.2),
  }
}
