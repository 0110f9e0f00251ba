// Lets starts and stops that come from many sides happen one after the other.

/** Runs what it is given in the order of the calls, each after the one before has settled. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve()

  /** Settles as `work` does. Work that fails does not keep the next from running. */
  run<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(work, work)
    this.#last = turn.catch(() => {})
    return turn
  }
}
