// How a store that lost runs is noticed and gets them back, as a port beside the run store.

import type { RunSummary } from './run-store.ts'

/** A run whose last commit is number `version`, the one with this id. */
export interface RunTail {
  readonly runId: string
  readonly version: number
  readonly id: string
}

/** `other`: the store has something else of the run, or another rebuild is about to restore it. */
export type RunPresence = 'there' | 'absent' | 'other'

/** A whole run as the journal knows it. */
export interface RestoredRun extends RunTail {
  /** Its commits from the first to the last. */
  readonly records: readonly string[]
  /** Commits up to this number need not be published again. */
  readonly relayed: number
  /** Undefined: nobody has opened the run (yet). */
  readonly summary: RunSummary | undefined
  readonly dueAtMs: number
}

/**
 * A store that was emptied, or started anew, is not whole until a rebuild has finished. What it holds of a run
 * then may be older than what it held: until the run is restored nothing of it is kept, marked or shown.
 * A rebuild has a name that no other has, and every call of it may be repeated. A new one of the same replica
 * takes it over at once, one of another when it was silent for half a minute.
 * Every method rejects with STORE_UNAVAILABLE when the store cannot be reached.
 */
export interface RunRecovery {
  /** The name of the rebuild since which the store is whole; undefined: it is not. */
  whole(): Promise<string | undefined>

  /**
   * Begins a rebuild of the replica `by`, or says that it goes on. `whole`: there is nothing to rebuild, unless
   * the store is `doubted`. `busy`: another replica rebuilds.
   */
  begin(rebuild: string, by: string, doubted: boolean): Promise<'begun' | 'whole' | 'busy'>

  /** Until they are restored, nothing of these runs is kept, marked or shown, whatever the store has of them. */
  hold(rebuild: string, runIds: readonly string[]): Promise<void>

  /** Whether the store has this run that has ended; when it is `there` it need not be restored. */
  has(run: RunTail): Promise<RunPresence>

  /**
   * Puts a run in the place of what the store has of it, all or nothing. `superseded`: the run is held for another
   * rebuild, or has not ended and is not held for this one (any more); nothing was changed. Nothing is changed either of
   * a run that has ended, is not held, and was not lost.
   */
  restore(rebuild: string, run: RestoredRun): Promise<'restored' | 'superseded'>

  /** The store is whole again. `superseded`: it has lost something meanwhile, or another rebuild took this one over. */
  finish(rebuild: string): Promise<'whole' | 'superseded'>
}
