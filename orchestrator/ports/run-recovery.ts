// How a store that lost runs is noticed and gets them back, as a port beside the run store.

import type { RunSummary } from './run-store.ts'

/** A whole run as the journal knows it. */
export interface RestoredRun {
  readonly runId: string
  readonly records: readonly string[]
  /** Commits up to this number need not be published again. */
  readonly relayed: number
  readonly summary: RunSummary
  readonly dueAtMs: number
}

/** Every method rejects with STORE_UNAVAILABLE when the store cannot be reached. */
export interface RunRecovery {
  /** Whether the store is what it was when it was last marked whole: not emptied, not started anew since. */
  isWhole(): Promise<boolean>

  /** Says that everything the journal knows is in the store now. */
  markWhole(): Promise<void>

  /**
   * Puts a run in the place of what the store has of it, all or nothing, if it has fewer commits than this.
   * `known`: it has as many or more; nothing was changed.
   */
  restore(run: RestoredRun): Promise<'restored' | 'known'>
}
