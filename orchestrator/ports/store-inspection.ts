// What a store holds, thing by thing, as a port: for who looks whether it is as it should be, and clears away what nobody needs.

export interface SeenHead {
  /** The id of the last commit, as the head has it. */
  readonly last: string | undefined
  readonly relayed: number
  readonly keptAtMs: number
  /** Infinity: never. */
  readonly dueAtMs: number
  readonly plan: string | undefined
  readonly hasEnded: boolean
  /** Somebody is about to restore the run, and nothing of it counts before. */
  readonly isHeld: boolean
}

export interface SeenCounters {
  readonly count: number
  /** When they go by themselves, in milliseconds from now; Infinity: never. */
  readonly leftMs: number
}

export interface SeenRun {
  readonly runId: string
  /** The ids of the commits that are there, in order. */
  readonly ids: readonly string[]
  readonly head: SeenHead | undefined
  /** Retry counters. */
  readonly counters: SeenCounters | undefined
  /** Whether it is among those that somebody may have to look at. */
  readonly isEntered: boolean
}

export interface SeenPlan {
  readonly hash: string
  /** False: some of its chunks are not there. */
  readonly isWhole: boolean
  /** As of SeenCounters. */
  readonly leftMs: number
}

/**
 * Every call may be repeated and rejects with STORE_UNAVAILABLE when it may work later. What is there may change
 * while somebody looks: so each of the calls that clear away looks again, and says whether it did.
 */
export interface StoreInspection {
  /** The runs of which anything is there, in no order; a run may be named twice. */
  runIds(): AsyncIterable<readonly string[]>

  /** One for each id, in their order; of a run that is not there it says so. */
  look(runIds: readonly string[]): Promise<readonly SeenRun[]>

  seenPlans(): AsyncIterable<readonly SeenPlan[]>

  /** Whether the plan is there, all of it. */
  hasPlan(hash: string): Promise<boolean>

  /** The run is among those that somebody may have to look at. */
  enter(runId: string): Promise<void>

  /** Forgets the retry counters of a run that is not there, or has ended. */
  forgetCounters(runId: string): Promise<boolean>

  /** Forgets the head of a run that has no commits and has not ended. */
  forgetHead(runId: string): Promise<boolean>

  /** Forgets a plan that would stay for ever although nobody has used it since it was made so. */
  forgetPlan(hash: string): Promise<boolean>
}
