// Ctrl-C, SIGTERM, a closed terminal, and a reader of the results that went away: all ask a command to end.

/** `unread`: nobody reads the results any more, and nobody needs to be told. */
export type InterruptCause = 'signal' | 'unread'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** While nobody listens, signals end the process as they always do. */
export class ProcessInterrupts {
  readonly #actions = new Set<(cause: InterruptCause) => void>()
  readonly #source: NodeJS.EventEmitter

  constructor(source: NodeJS.EventEmitter = process) {
    this.#source = source
  }

  /** Calls back at each interrupt until the returned function is called. */
  on(action: (cause: InterruptCause) => void): () => void {
    if (this.#actions.size === 0) for (const signal of signals) this.#source.on(signal, this.#signalled)
    // A listener of its own, so that the same function may be given twice.
    const listener = (cause: InterruptCause) => action(cause)
    this.#actions.add(listener)
    return () => {
      if (!this.#actions.delete(listener) || this.#actions.size > 0) return
      for (const signal of signals) this.#source.off(signal, this.#signalled)
    }
  }

  readonly #signalled = (): void => this.raise('signal')

  /** An interrupt that is no signal. */
  readonly raise = (cause: InterruptCause): void => {
    for (const action of [...this.#actions]) action(cause)
  }
}
