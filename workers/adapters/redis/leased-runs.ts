// Says in Redis which runs have leases, so that who looks for dead ones knows where: the leases of a run live in its own slot.

import { type RedisClient, replied } from '../../../shared/adapters/redis/connection.ts'

/** A run is entered again after this long, however often its leases are renewed: Redis may have lost it meanwhile. */
const AGAIN_MS = 1_000
/** So many runs are remembered as entered, at most. */
const MOST_RUNS = 10_000

export class LeasedRuns {
  readonly #client: RedisClient
  readonly #key: string
  readonly #enteredAtMs = new Map<string, number>()

  constructor(client: RedisClient, key: string) {
    this.#client = client
    this.#key = key
  }

  /**
   * Is on its way before what is asked of the same connection next, so that a lease that Redis keeps is found. An
   * entry without leases is harmless.
   */
  async enter(keys: readonly { readonly runId: string }[]): Promise<void> {
    const nowMs = Date.now()
    const runs = [...new Set(keys.map(({ runId }) => runId))].filter((runId) => this.#isDue(runId, nowMs))
    if (runs.length === 0) return
    if (this.#enteredAtMs.size + runs.length > MOST_RUNS) this.#enteredAtMs.clear()
    for (const runId of runs) this.#enteredAtMs.set(runId, nowMs)
    try {
      await replied(this.#client.zadd(this.#key, ...runs.flatMap((runId) => [nowMs, runId])))
    } catch (error) {
      for (const runId of runs) this.#enteredAtMs.delete(runId)
      throw error
    }
  }

  #isDue(runId: string, nowMs: number): boolean {
    const enteredAtMs = this.#enteredAtMs.get(runId) ?? 0
    // A clock that was set back must not keep a run out.
    return nowMs - enteredAtMs >= AGAIN_MS || nowMs < enteredAtMs
  }
}
