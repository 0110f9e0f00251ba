// How much goes wrong in a world, and how often each kind of it.

import type { Random } from '../../shared/base/random.ts'

/** Probabilities: of a record, of a call, of a life of a process, of the house in a second. */
export interface FaultRates {
  readonly duplicateRecord: number
  readonly delayedRecord: number
  /** Events as an older, a newer or a foreign program writes them. */
  readonly otherForm: number
  readonly publishLostBefore: number
  readonly publishLostAfter: number
  /** Only some of the partitions store what is published, and the call fails. */
  readonly publishPartly: number
  readonly storeLostBefore: number
  readonly storeLostAfter: number
  /** Requests and replies that take up to three seconds. */
  readonly slowCall: number
  /** Lives that end at a certain await. */
  readonly crashAtAwait: number
  readonly crashPerSecond: number
  /** Processes that are told to stop, and started again. */
  readonly restartPerSecond: number
  /** Processes that stand still for up to two and a half leases. */
  readonly pausePerSecond: number
  /** Processes that their groups take for dead while they go on. */
  readonly zombiePerSecond: number
  /** Wall clocks that jump by up to ten seconds, forwards or back. */
  readonly clockJumpPerSecond: number
  readonly poisonPerSecond: number
  /** Runs that somebody cancels, or tries to. */
  readonly cancelPerSecond: number
  /** Any other command of an operator. */
  readonly commandPerSecond: number
  /** Attempts that are taken for lost, rightly or not. */
  readonly suspicionPerSecond: number
  /** Orchestrators that take a zone for dead, or no longer. */
  readonly blindnessPerSecond: number
  /** The store of runs and attempts is emptied. */
  readonly storeLossPerSecond: number
  /** It comes back with what it had 0.1 to 10 seconds ago. */
  readonly storeRollbackPerSecond: number
}

export const noFaults: FaultRates = ratesOf(() => 0)

/** Half of the worlds spare a kind of fault: what one fault hides, its absence shows. */
export function drawFaults(random: Random): FaultRates {
  return ratesOf((most) => (random() < 0.5 ? 0 : random() * most))
}

function ratesOf(rate: (most: number) => number): FaultRates {
  return {
    duplicateRecord: rate(0.2),
    delayedRecord: rate(0.5),
    otherForm: rate(0.3),
    publishLostBefore: rate(0.1),
    publishLostAfter: rate(0.1),
    publishPartly: rate(0.1),
    storeLostBefore: rate(0.1),
    storeLostAfter: rate(0.1),
    slowCall: rate(0.02),
    crashAtAwait: rate(0.5),
    crashPerSecond: rate(0.3),
    restartPerSecond: rate(0.3),
    pausePerSecond: rate(0.2),
    zombiePerSecond: rate(0.3),
    clockJumpPerSecond: rate(0.3),
    poisonPerSecond: rate(0.5),
    cancelPerSecond: rate(0.05),
    commandPerSecond: rate(3),
    suspicionPerSecond: rate(2),
    blindnessPerSecond: rate(0.2),
    storeLossPerSecond: rate(0.2),
    storeRollbackPerSecond: rate(0.2),
  }
}
