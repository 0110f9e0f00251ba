// What the orchestrator sees of the zones' attempt ledger, as a port: who works on which attempt, and who has died over it.

export interface AttemptName {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
}

export type Holder =
  /** `owner` works on it, and its lease ends at `untilMs` unless it is renewed. */
  | { readonly kind: 'held'; readonly owner: string; readonly untilMs: number }
  /** It was answered, or nobody should work on it any more. */
  | { readonly kind: 'over' }
  /** Nobody has claimed it, or its lease ran out. */
  | { readonly kind: 'free' }

/** Every call may be repeated, and rejects with STORE_UNAVAILABLE when it may work later. */
export interface LeaseBook {
  /**
   * Attempts whose lease ran out before `beforeMs` and that nobody has finished, released or claimed since, without
   * those that `rests`, which take no place of others' runs; at most `limit`, the longest dead first.
   */
  expired(
    beforeMs: number,
    limit: number,
    rests?: (attempt: AttemptName) => boolean,
  ): Promise<readonly AttemptName[]>

  /** Attempts are not told of by `expired` any more; those that were claimed again meanwhile stay. */
  forget(attempts: readonly AttemptName[]): Promise<void>

  /** One holder per attempt, in the order given. */
  holders(attempts: readonly AttemptName[]): Promise<readonly Holder[]>

  /** Nobody should work on these attempts any more: a claim is told so, and so is whoever renews a lease on one. */
  revoke(attempts: readonly AttemptName[]): Promise<void>
}
