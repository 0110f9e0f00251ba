// The live feed of a run: its facts from any place on, each once and in order, until the run has ended.

import type { Clock, Timer } from '../../shared/ports/clock.ts'
import { parseCommit } from '../core/run/commit-record.ts'
import type { RunFact } from '../core/run/run-fact.ts'
import type { RunStore } from '../ports/run-store.ts'

/** A place in a run's facts: fact number `index` (from 0) of commit number `version`. */
export interface FeedPlace {
  readonly version: number
  readonly index: number
}

export interface FeedItem extends FeedPlace {
  readonly atMs: number
  readonly fact: RunFact
}

/** Commits of other replicas are noticed after at most this long; those kept here at once. */
const lookAgainMs = 250

export class RunFeed {
  readonly #store: Pick<RunStore, 'read'>
  readonly #clock: Clock
  readonly #waiting = new Map<string, Set<() => void>>()

  constructor(store: Pick<RunStore, 'read'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Says that a run has a new commit: followers look at once. */
  notify(runId: string): void {
    for (const wake of this.#waiting.get(runId) ?? []) wake()
  }

  /**
   * Yields the facts of a run that come after `after` (undefined: all). Ends after `run-ended`, or when
   * `signal` is aborted; yields nothing when the run is unknown or has not come as far as `after`. Rejects when the store cannot be reached.
   */
  async *follow(
    runId: string,
    after: FeedPlace | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FeedItem, void> {
    let version = Math.max(0, (after?.version ?? 1) - 1)
    while (!signal.aborted) {
      const stored = await this.#store.read(runId, version)
      if (stored === undefined || stored.version < (after?.version ?? 0)) return
      for (const record of stored.records) {
        const commit = parseCommit(record)
        version = commit.version
        for (const [index, fact] of commit.facts.entries()) {
          const isSeen = version === after?.version && index <= after.index
          if (!isSeen) yield { version, index, atMs: commit.at_ms, fact }
          if (fact.type === 'run-ended') return
        }
      }
      if (stored.records.length === 0) await this.#news(runId, signal)
    }
  }

  #news(runId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const waiting = this.#waiting.get(runId) ?? new Set()
      this.#waiting.set(runId, waiting)
      let timer: Timer | undefined
      const wake = () => {
        timer?.cancel()
        signal.removeEventListener('abort', wake)
        waiting.delete(wake)
        if (waiting.size === 0) this.#waiting.delete(runId)
        resolve()
      }
      waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
      timer = this.#clock.after(lookAgainMs, wake)
    })
  }
}
