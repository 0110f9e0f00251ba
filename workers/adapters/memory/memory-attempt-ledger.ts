// Attempts in this process's memory: the embedded ledger, and the one the simulator crashes.

import { type AttemptKey, attemptName } from '../../core/attempt.ts'
import type { AttemptLedger, Claim, FinishedAttempt } from '../../ports/attempt-ledger.ts'

interface Lease {
  readonly owner: string
  readonly untilMs: number
}

interface Mark {
  readonly answer: string
  readonly untilMs: number
}

/** The oldest marks beyond this many are forgotten before their time: a redelivery follows soon or never. */
const mostMarks = 100_000

export class MemoryAttemptLedger implements AttemptLedger {
  readonly #leases = new Map<string, Lease>()
  readonly #marks = new Map<string, Mark>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  async claim(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly Claim[]> {
    return keys.map((key) => this.#claim(attemptName(key), owner, leaseMs))
  }

  #claim(name: string, owner: string, leaseMs: number): Claim {
    const answer = this.#answerOf(name)
    if (answer !== undefined) return { kind: 'done', answer }
    const nowMs = this.#nowMs()
    const lease = this.#leases.get(name)
    if (lease !== undefined && lease.owner !== owner && lease.untilMs > nowMs) {
      return { kind: 'held', leaseLeftMs: lease.untilMs - nowMs }
    }
    this.#leases.set(name, { owner, untilMs: nowMs + leaseMs })
    return { kind: 'claimed' }
  }

  async renew(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly AttemptKey[]> {
    return keys.filter((key) => this.#claim(attemptName(key), owner, leaseMs).kind !== 'claimed')
  }

  async finish(finished: readonly FinishedAttempt[], keepMs: number): Promise<readonly string[]> {
    const untilMs = this.#nowMs() + keepMs
    return finished.map(({ key, answer }) => this.#finish(attemptName(key), { answer, untilMs }))
  }

  #finish(name: string, mark: Mark): string {
    const before = this.#answerOf(name)
    if (before !== undefined) return before
    this.#leases.delete(name)
    this.#marks.delete(name)
    this.#marks.set(name, mark)
    const oldest = this.#marks.size > mostMarks ? this.#marks.keys().next().value : undefined
    if (oldest !== undefined) this.#marks.delete(oldest)
    return mark.answer
  }

  async release(keys: readonly AttemptKey[], owner: string): Promise<void> {
    for (const name of keys.map(attemptName)) {
      if (this.#leases.get(name)?.owner === owner) this.#leases.delete(name)
    }
  }

  /** Forgets everything, as a store does that is emptied or comes back without its data. */
  lose(): void {
    this.#leases.clear()
    this.#marks.clear()
  }

  async ping(): Promise<void> {}

  #answerOf(name: string): string | undefined {
    const mark = this.#marks.get(name)
    return mark !== undefined && mark.untilMs > this.#nowMs() ? mark.answer : undefined
  }
}
