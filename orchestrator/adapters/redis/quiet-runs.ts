// Which runs in the list of those with leases have had none for so long that they need not be asked any more.

export interface ListedRun {
  readonly runId: string
  /** When a worker entered it last, by the worker's clock, as Redis prints it. */
  readonly enteredAt: string
}

/**
 * Workers enter a run again with what they claim or renew, but not twice in a second: an entry that stands unchanged
 * for longer than that, by this machine's clock, is of a run that nobody has claimed anything of since.
 */
const QUIET_MS = 10_000

export class QuietRuns {
  readonly #nowMs: () => number
  readonly #seen = new Map<string, { readonly enteredAt: string; readonly sinceMs: number }>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** What the list holds now; what it holds no more is forgotten. */
  see(listed: readonly ListedRun[]): void {
    const nowMs = this.#nowMs()
    const before = new Map(this.#seen)
    this.#seen.clear()
    for (const { runId, enteredAt } of listed) {
      const known = before.get(runId)
      this.#seen.set(runId, known?.enteredAt === enteredAt ? known : { enteredAt, sinceMs: nowMs })
    }
  }

  isQuiet(runId: string): boolean {
    return this.#nowMs() - (this.#seen.get(runId)?.sinceMs ?? Number.POSITIVE_INFINITY) >= QUIET_MS
  }
}
