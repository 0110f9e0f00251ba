// Who works on which attempt, and what came of it, as a port: makes a redelivered Ready harmless.

import type { AttemptKey } from '../core/attempt.ts'

export type Claim =
  /** The caller holds the attempt now, until its lease runs out. */
  | { readonly kind: 'claimed' }
  /** The attempt was finished before: `answer` is what was said then, to be said again. */
  | { readonly kind: 'done'; readonly answer: string }
  /** Somebody else holds it for `leaseLeftMs` more. */
  | { readonly kind: 'held'; readonly leaseLeftMs: number }
  /** Nobody should work on it any more: it was cancelled, or given up. */
  | { readonly kind: 'revoked' }
  /** A newer attempt at its object was claimed. */
  | { readonly kind: 'superseded' }

export interface FinishedAttempt {
  readonly key: AttemptKey
  /** The answer's event, as it will be published. */
  readonly answer: string
}

export interface LostLease {
  readonly key: AttemptKey
  /** `revoked`: nobody should work on it any more. `lost`: somebody else has it, or has finished it, or has a newer one. */
  readonly because: 'lost' | 'revoked'
}

/** Every call may be repeated, and rejects with STORE_UNAVAILABLE when it may work later. */
export interface AttemptLedger {
  /**
   * One claim per key, in the order of the keys, for `owner`, who gets the same claim again when it asks
   * twice: a caller must know by itself what it is already working on. Once an attempt was claimed, older
   * attempts at the same object are not, whoever asks.
   */
  claim(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly Claim[]>

  /**
   * Prolongs the leases of `owner`, also those that ran out, or were lost with the store, and that nobody took
   * since; gives those that `owner` cannot hold any more.
   */
  renew(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly LostLease[]>

  /**
   * Marks attempts as done, to be called before their answers are published, and gives the answers that
   * stand, in the order given: whoever finishes first decides, lease or no lease, revoked or not, so that an
   * attempt has one answer however often it was loaded. Marks are forgotten after `keepMs`.
   */
  finish(finished: readonly FinishedAttempt[], keepMs: number): Promise<readonly string[]>

  /** Gives back leases that `owner` holds on attempts it did not begin or will not finish. */
  release(keys: readonly AttemptKey[], owner: string): Promise<void>

  /** Rejects with STORE_UNAVAILABLE when the ledger cannot be reached. */
  ping(): Promise<void>
}

/** What of the claims of a renewal means that a lease is not held any more. */
export function lostLeases(keys: readonly AttemptKey[], claims: readonly Claim[]): readonly LostLease[] {
  return keys.flatMap((key, index) => {
    const kind = claims[index]?.kind ?? 'claimed'
    if (kind === 'claimed') return []
    return [{ key, because: kind === 'revoked' ? ('revoked' as const) : ('lost' as const) }]
  })
}
