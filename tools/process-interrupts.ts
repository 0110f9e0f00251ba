// Ctrl-C, SIGTERM, a closed terminal, and a reader of the results that went away: all ask a command to end.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** While nobody listens, signals end the process as they always do. */
export class ProcessInterrupts {
  readonly #actions = new Set<() => void>()
  readonly #source: NodeJS.EventEmitter

  constructor(source: NodeJS.EventEmitter = process) {
    this.#source = source
  }

  /** Calls back at each interrupt until the returned function is called. */
  on(action: () => void): () => void {
    if (this.#actions.size === 0) for (const signal of signals) this.#source.on(signal, this.raise)
    // A listener of its own, so that the same function may be given twice.
    const listener = () => action()
    this.#actions.add(listener)
    return () => {
      if (!this.#actions.delete(listener) || this.#actions.size > 0) return
      for (const signal of signals) this.#source.off(signal, this.raise)
    }
  }

  /** An interrupt that is no signal. */
  readonly raise = (): void => {
    for (const action of [...this.#actions]) action()
  }
}
