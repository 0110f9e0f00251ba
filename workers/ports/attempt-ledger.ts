// Who works on which attempt, and what came of it, as a port: makes a redelivered Ready harmless.

import type { AttemptKey } from '../core/attempt.ts'

export type Claim =
  /** The caller holds the attempt now, until its lease runs out. */
  | { readonly kind: 'claimed' }
  /** The attempt was finished before: `answer` is what was said then, to be said again. */
  | { readonly kind: 'done'; readonly answer: string }
  /** Somebody else holds it for `leaseLeftMs` more. */
  | { readonly kind: 'held'; readonly leaseLeftMs: number }

export interface FinishedAttempt {
  readonly key: AttemptKey
  /** The answer's event, as it will be published. */
  readonly answer: string
}

/** Every call may be repeated, and rejects with STORE_UNAVAILABLE when it may work later. */
export interface AttemptLedger {
  /**
   * One claim per key, in the order of the keys, for `owner`, who gets the same claim again when it asks
   * twice: a caller must know by itself what it is already working on.
   */
  claim(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly Claim[]>

  /**
   * Prolongs the leases of `owner`, also those that ran out and that nobody took since; gives the keys
   * that somebody else holds or has finished.
   */
  renew(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly AttemptKey[]>

  /**
   * Marks attempts as done, to be called before their answers are published, and gives the answers that
   * stand, in the order given: whoever finishes first decides, lease or no lease, so that an attempt has one
   * answer however often it was loaded. Marks are forgotten after `keepMs`.
   */
  finish(finished: readonly FinishedAttempt[], keepMs: number): Promise<readonly string[]>

  /** Gives back leases that `owner` holds on attempts it did not begin or will not finish. */
  release(keys: readonly AttemptKey[], owner: string): Promise<void>

  /** Rejects with STORE_UNAVAILABLE when the ledger cannot be reached. */
  ping(): Promise<void>
}
