// Tells what was fetched before a join of the group from what was fetched after it.

/**
 * kafkajs can join anew in the fetch loop of one broker while the loops of the others wait for answers to
 * older fetches. Such an answer would move the position past records that the join has just put back.
 * The fence is down from a join until each loop that ran has begun a fetch of its own again.
 */
export class FetchFence {
  readonly #running = new Set<unknown>()
  readonly #old = new Set<unknown>()

  /** The loop of this broker begins a fetch, so its older one is dealt with. */
  began(nodeId: unknown): void {
    this.#old.delete(nodeId)
    this.#running.add(nodeId)
  }

  joined(): void {
    for (const nodeId of this.#running) this.#old.add(nodeId)
    this.#running.clear()
  }

  /** Forgets loops that never came back, because their broker left: their fetch has timed out by now. */
  lift(): void {
    this.#old.clear()
  }

  get isDown(): boolean {
    return this.#old.size > 0
  }
}
