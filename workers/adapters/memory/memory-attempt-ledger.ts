// Attempts in this process's memory: the embedded ledger, and the one the simulator crashes.

import { type AttemptKey, attemptName } from '../../core/attempt.ts'
import {
  type AttemptLedger,
  type Claim,
  type FinishedAttempt,
  type LostLease,
  lostLeases,
} from '../../ports/attempt-ledger.ts'

interface Lease {
  readonly key: AttemptKey
  readonly owner: string
  readonly untilMs: number
}

interface Mark {
  /** Undefined: it is revoked. */
  readonly answer: string | undefined
  readonly untilMs: number
}

type MemoryHolder =
  | { readonly kind: 'held'; readonly owner: string; readonly untilMs: number }
  | { readonly kind: 'over' }
  | { readonly kind: 'free' }

/** The oldest marks beyond this many are forgotten before their time: a redelivery follows soon or never. */
const mostMarks = 100_000
/** A revocation is known for this long. */
const revokedMs = 4 * 3_600_000

/** Also the orchestrator's view of it: `expired`, `forget`, `holders` and `revoke`. */
export class MemoryAttemptLedger implements AttemptLedger {
  readonly #leases = new Map<string, Lease>()
  readonly #marks = new Map<string, Mark>()
  /** The newest attempt that was claimed of each object that had more than one. */
  readonly #newest = new Map<string, number>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  async claim(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly Claim[]> {
    return keys.map((key) => this.#claim(key, owner, leaseMs))
  }

  #claim(key: AttemptKey, owner: string, leaseMs: number): Claim {
    const name = attemptName(key)
    const mark = this.#markOf(name)
    if (mark !== undefined)
      return mark.answer === undefined ? { kind: 'revoked' } : { kind: 'done', answer: mark.answer }
    if (this.#isSuperseded(key)) return { kind: 'superseded' }
    const nowMs = this.#nowMs()
    const lease = this.#leases.get(name)
    if (lease !== undefined && lease.owner !== owner && lease.untilMs > nowMs) {
      return { kind: 'held', leaseLeftMs: lease.untilMs - nowMs }
    }
    this.#leases.set(name, { key, owner, untilMs: nowMs + leaseMs })
    return { kind: 'claimed' }
  }

  #isSuperseded({ runId, objectId, attempt }: AttemptKey): boolean {
    const object = attemptName({ runId, objectId, attempt: 0 })
    const newest = this.#newest.get(object) ?? 1
    if (newest > attempt) return true
    if (attempt > newest) put(this.#newest, object, attempt)
    return false
  }

  async renew(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly LostLease[]> {
    return lostLeases(keys, await this.claim(keys, owner, leaseMs))
  }

  async finish(finished: readonly FinishedAttempt[], keepMs: number): Promise<readonly string[]> {
    const untilMs = this.#nowMs() + keepMs
    return finished.map(({ key, answer }) => this.#finish(attemptName(key), answer, untilMs))
  }

  #finish(name: string, answer: string, untilMs: number): string {
    const before = this.#markOf(name)?.answer
    if (before !== undefined) return before
    this.#leases.delete(name)
    put(this.#marks, name, { answer, untilMs })
    return answer
  }

  async release(keys: readonly AttemptKey[], owner: string): Promise<void> {
    for (const name of keys.map(attemptName)) {
      const lease = this.#leases.get(name)
      if (lease?.owner === owner && lease.untilMs > this.#nowMs()) this.#leases.delete(name)
    }
  }

  async expired(
    beforeMs: number,
    limit: number,
    rests: (attempt: AttemptKey) => boolean = () => false,
  ): Promise<readonly AttemptKey[]> {
    const dead = [...this.#leases.values()].filter(({ key, untilMs }) => untilMs < beforeMs && !rests(key))
    return dead
      .sort((a, b) => a.untilMs - b.untilMs)
      .slice(0, limit)
      .map(({ key }) => key)
  }

  async forget(attempts: readonly AttemptKey[]): Promise<void> {
    for (const name of attempts.map(attemptName)) {
      if ((this.#leases.get(name)?.untilMs ?? 0) <= this.#nowMs()) this.#leases.delete(name)
    }
  }

  async holders(attempts: readonly AttemptKey[]): Promise<readonly MemoryHolder[]> {
    return attempts.map((attempt) => {
      const name = attemptName(attempt)
      if (this.#markOf(name) !== undefined) return { kind: 'over' }
      const lease = this.#leases.get(name)
      if (lease === undefined || lease.untilMs <= this.#nowMs()) return { kind: 'free' }
      return { kind: 'held', owner: lease.owner, untilMs: lease.untilMs }
    })
  }

  async revoke(attempts: readonly AttemptKey[]): Promise<void> {
    for (const name of attempts.map(attemptName)) {
      if (this.#markOf(name) !== undefined) continue
      this.#leases.delete(name)
      put(this.#marks, name, { answer: undefined, untilMs: this.#nowMs() + revokedMs })
    }
  }

  /** Forgets everything, as a store does that is emptied or comes back without its data. */
  lose(): void {
    this.#leases.clear()
    this.#marks.clear()
    this.#newest.clear()
  }

  async ping(): Promise<void> {}

  #markOf(name: string): Mark | undefined {
    const mark = this.#marks.get(name)
    return mark !== undefined && mark.untilMs > this.#nowMs() ? mark : undefined
  }
}

/** As the newest entry; the oldest makes room. */
function put<Value>(entries: Map<string, Value>, name: string, value: Value): void {
  entries.delete(name)
  entries.set(name, value)
  const oldest = entries.size > mostMarks ? entries.keys().next().value : undefined
  if (oldest !== undefined) entries.delete(oldest)
}
