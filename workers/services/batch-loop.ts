// First come, first served, in batches: while one batch is on its way the next gathers, and a single item waits for nothing.

export class BatchLoop<Item> {
  readonly #work: (batch: readonly Item[]) => Promise<void>
  readonly #most: number
  readonly #rested: () => void
  #waiting: Item[] = []
  #isTurning = false

  /**
   * `work` is called with at most `most` items at a time, never twice at once; a rejection of it is a
   * programmer error. `rested` is called whenever nothing is left to do.
   */
  constructor(most: number, work: (batch: readonly Item[]) => Promise<void>, rested: () => void) {
    this.#most = most
    this.#rested = rested
    this.#work = work
  }

  push(item: Item): void {
    this.#waiting.push(item)
    if (this.#isTurning) return
    this.#isTurning = true
    // Whoever pushes may have more in the same turn.
    queueMicrotask(() => void this.#turn())
  }

  isIdle(): boolean {
    return !this.#isTurning
  }

  async #turn(): Promise<void> {
    while (this.#waiting.length > 0) await this.#work(this.#waiting.splice(0, this.#most))
    this.#isTurning = false
    this.#rested()
  }
}
