// Works off what gathers, one batch at a time.

export interface Gathered {
  readonly isWaiting: () => boolean
  /** Takes a batch of what waits, and resolves when it is dealt with; it sees to its own failures. */
  readonly workOff: () => Promise<void>
}

/** One batch is on its way at a time; what comes meanwhile is the next batch, and a pump that idles adds no delay. */
export class Pump {
  readonly #gathered: Gathered
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(gathered: Gathered) {
    this.#gathered = gathered
  }

  /** Aborted by `stop`: for the batch that is on its way. */
  get stopping(): AbortSignal {
    return this.#stopping.signal
  }

  /** To be called whenever something waits. */
  wake(): void {
    this.#running ??= this.#run()
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  /** Takes no further batch, and resolves when the last one is over. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.drained()
  }

  async #run(): Promise<void> {
    // Whoever wakes it may have more in the same turn.
    await Promise.resolve()
    while (this.#gathered.isWaiting() && !this.stopping.aborted) await this.#gathered.workOff()
    this.#running = undefined
  }
}
