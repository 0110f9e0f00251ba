// The world of one simulated story, drawn whole from its seed: sizes, speeds, and how much goes wrong.

import { type Zone, zones } from '../../shared/base/layer.ts'
import type { Random } from '../../shared/base/random.ts'

export interface World {
  readonly orchestrators: number
  /** Worker processes of each zone. */
  readonly workersPerZone: number
  readonly loadersPerWorker: number
  readonly partitions: number
  readonly runs: number
  readonly objectsPerRun: number
  /** Parents of an object, at most. */
  readonly mostParents: number
  /** Longest time a loader takes, in milliseconds. */
  readonly loaderMs: number
  /** Part of the loads that fail. */
  readonly failingLoads: number
  /** Part of the failures that say another try is useless. */
  readonly finalFailures: number
  readonly maxRetries: number
  readonly leaseMs: number
  /** Null: nothing is healed by giving up an attempt; every answer must come by itself. */
  readonly attemptTimeoutMs: number | null
  readonly commitIntervalMs: number
  readonly sessionTimeoutMs: number
  /** Longest time of a call to broker or store, each way. */
  readonly latencyMs: number
  readonly faults: FaultRates
  /** The zone whose workers are somebody else's: their answers do not say which attempt they belong to. */
  readonly foreignZone: Zone | null
  /** How long things go wrong; then everything must come to its end. */
  readonly stormMs: number
}

/** Probabilities: of a record, of a call, of a process in a second. */
export interface FaultRates {
  readonly duplicateRecord: number
  readonly delayedRecord: number
  readonly publishLostBefore: number
  readonly publishLostAfter: number
  readonly storeLostBefore: number
  readonly storeLostAfter: number
  readonly crashPerSecond: number
  readonly poisonPerSecond: number
  /** Processes that are told to stop, and started again. */
  readonly restartPerSecond: number
  /** Runs that somebody cancels, or tries to. */
  readonly cancelPerSecond: number
  /** The store of runs and attempts is emptied. */
  readonly storeLossPerSecond: number
  /** It comes back with what it had 0.1 to 10 seconds ago. */
  readonly storeRollbackPerSecond: number
}

export const noFaults: FaultRates = {
  duplicateRecord: 0,
  delayedRecord: 0,
  publishLostBefore: 0,
  publishLostAfter: 0,
  storeLostBefore: 0,
  storeLostAfter: 0,
  crashPerSecond: 0,
  poisonPerSecond: 0,
  restartPerSecond: 0,
  cancelPerSecond: 0,
  storeLossPerSecond: 0,
  storeRollbackPerSecond: 0,
}

export function drawWorld(random: Random): World {
  const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  // Half of the worlds spare a kind of fault: what one fault hides, its absence shows.
  const rate = (most: number) => (random() < 0.5 ? 0 : random() * most)
  return {
    orchestrators: 2,
    workersPerZone: whole(1, 2),
    loadersPerWorker: whole(1, 8),
    partitions: whole(1, 4),
    runs: whole(1, 4),
    objectsPerRun: whole(1, 40),
    mostParents: whole(1, 4),
    loaderMs: whole(0, 800),
    failingLoads: rate(0.3),
    finalFailures: rate(0.3),
    maxRetries: whole(0, 4),
    leaseMs: whole(500, 4_000),
    attemptTimeoutMs: random() < 0.5 ? null : whole(3_000, 10_000),
    commitIntervalMs: whole(0, 500),
    sessionTimeoutMs: whole(100, 3_000),
    latencyMs: whole(0, 40),
    faults: {
      duplicateRecord: rate(0.2),
      delayedRecord: rate(0.5),
      publishLostBefore: rate(0.1),
      publishLostAfter: rate(0.1),
      storeLostBefore: rate(0.1),
      storeLostAfter: rate(0.1),
      crashPerSecond: rate(0.3),
      poisonPerSecond: rate(0.5),
      restartPerSecond: rate(0.3),
      cancelPerSecond: rate(0.1),
      storeLossPerSecond: rate(0.2),
      storeRollbackPerSecond: rate(0.2),
    },
    foreignZone: random() < 0.7 ? null : (zones[whole(0, zones.length - 1)] ?? null),
    stormMs: whole(5_000, 40_000),
  }
}
