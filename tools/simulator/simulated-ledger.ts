// The attempt ledger of a story: the one in memory, with a look at who holds what.

import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { type AttemptKey, attemptName } from '../../workers/core/attempt.ts'
import type { Claim, FinishedAttempt } from '../../workers/ports/attempt-ledger.ts'

export class SimulatedLedger extends MemoryAttemptLedger {
  readonly #nowMs: () => number
  readonly #leasedUntilMs = new Map<string, number>()

  constructor(nowMs: () => number) {
    super(nowMs)
    this.#nowMs = nowMs
  }

  override async claim(keys: readonly AttemptKey[], owner: string, leaseMs: number) {
    const claims = await super.claim(keys, owner, leaseMs)
    for (const [index, key] of keys.entries()) this.#note(key, claims[index], leaseMs)
    return claims
  }

  override async renew(keys: readonly AttemptKey[], owner: string, leaseMs: number) {
    const lost = await super.renew(keys, owner, leaseMs)
    const names = new Set(lost.map(({ key }) => attemptName(key)))
    for (const key of keys) if (!names.has(attemptName(key))) this.#note(key, { kind: 'claimed' }, leaseMs)
    return lost
  }

  override async finish(finished: readonly FinishedAttempt[], keepMs: number) {
    for (const { key } of finished) this.#leasedUntilMs.delete(attemptName(key))
    return super.finish(finished, keepMs)
  }

  override async revoke(attempts: readonly AttemptKey[]) {
    for (const attempt of attempts) this.#leasedUntilMs.delete(attemptName(attempt))
    return super.revoke(attempts)
  }

  override lose(): void {
    super.lose()
    this.#leasedUntilMs.clear()
  }

  /** Whether somebody holds the attempt at this moment. */
  isLeased(key: AttemptKey): boolean {
    return (this.#leasedUntilMs.get(attemptName(key)) ?? 0) > this.#nowMs()
  }

  #note(key: AttemptKey, claim: Claim | undefined, leaseMs: number): void {
    if (claim?.kind === 'claimed') this.#leasedUntilMs.set(attemptName(key), this.#nowMs() + leaseMs)
  }
}
