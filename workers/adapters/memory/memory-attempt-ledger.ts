// Attempts in this process's memory: the embedded ledger, and the one the simulator crashes.

import { attemptName } from '../../core/attempt.ts'
import type { AttemptKey, AttemptLedger, Claim, FinishedAttempt } from '../../ports/attempt-ledger.ts'

interface Entry {
  readonly owner: string
  /** Undefined while it is only held. */
  readonly answer: string | undefined
  readonly untilMs: number
}

/** Old entries are looked for after this many writes, or as many as there are entries: the cost per write is constant. */
const writesPerSweep = 10_000

export class MemoryAttemptLedger implements AttemptLedger {
  readonly #entries = new Map<string, Entry>()
  readonly #nowMs: () => number
  #writes = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  async claim(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly Claim[]> {
    return keys.map((key) => this.#claim(attemptName(key), owner, leaseMs))
  }

  #claim(name: string, owner: string, leaseMs: number): Claim {
    const entry = this.#live(name)
    if (entry?.answer !== undefined) return { kind: 'done', answer: entry.answer }
    if (entry !== undefined && entry.owner !== owner) {
      return { kind: 'held', leaseLeftMs: entry.untilMs - this.#nowMs() }
    }
    this.#keep(name, { owner, answer: undefined, untilMs: this.#nowMs() + leaseMs })
    return { kind: 'claimed' }
  }

  async renew(keys: readonly AttemptKey[], owner: string, leaseMs: number): Promise<readonly AttemptKey[]> {
    return keys.filter((key) => this.#claim(attemptName(key), owner, leaseMs).kind !== 'claimed')
  }

  async finish(finished: readonly FinishedAttempt[], keepMs: number): Promise<readonly string[]> {
    return finished.map(({ key, answer }) => {
      const name = attemptName(key)
      const before = this.#live(name)?.answer
      if (before !== undefined) return before
      this.#keep(name, { owner: '', answer, untilMs: this.#nowMs() + keepMs })
      return answer
    })
  }

  async release(keys: readonly AttemptKey[], owner: string): Promise<void> {
    for (const name of keys.map(attemptName)) {
      const entry = this.#live(name)
      if (entry?.answer === undefined && entry?.owner === owner) this.#entries.delete(name)
    }
  }

  async ping(): Promise<void> {}

  #live(name: string): Entry | undefined {
    const entry = this.#entries.get(name)
    return entry !== undefined && entry.untilMs > this.#nowMs() ? entry : undefined
  }

  #keep(name: string, entry: Entry): void {
    this.#entries.set(name, entry)
    if (++this.#writes < Math.max(writesPerSweep, this.#entries.size)) return
    this.#writes = 0
    const nowMs = this.#nowMs()
    for (const [old, { untilMs }] of this.#entries) if (untilMs <= nowMs) this.#entries.delete(old)
  }
}
