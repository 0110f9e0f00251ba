// Who works on which attempt, and what came of it, as a port: makes a redelivered Ready harmless.

export interface AttemptKey {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
}

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

export interface AttemptLedger {
  /** One claim per key, in the order of the keys, for `owner`, who gets the same claim again when it asks twice. */
  claim(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly Claim[]>

  /** Prolongs the leases that `owner` still holds; gives the keys that it holds no more. */
  renew(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly AttemptKey[]>

  /**
   * Marks attempts as done, to be called before their answers are published. An attempt that another
   * owner finished first keeps that answer. Marks are forgotten after `keepMs`.
   */
  finish(finished: readonly FinishedAttempt[], owner: string, keepMs: number): Promise<void>

  /** Gives back leases that `owner` holds on attempts it did not begin or will not finish. */
  release(keys: readonly AttemptKey[], owner: string): Promise<void>

  /** Rejects with STORE_UNAVAILABLE when the ledger cannot be reached. */
  ping(): Promise<void>
}
