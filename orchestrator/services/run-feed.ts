// The live feed of a run: its facts from any place on, each once and in order, until the run has ended.

import { Fault } from '../../shared/base/fault.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import { commitIdOf, parseCommit } from '../core/run/commit-record.ts'
import type { CommitRecord, RunFact } from '../core/run/run-fact.ts'
import type { RunStore, StoredRun } from '../ports/run-store.ts'

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
  readonly #store: Pick<RunStore, 'read' | 'summary'>
  readonly #clock: Clock
  readonly #waiting = new Map<string, Set<() => void>>()

  constructor(store: Pick<RunStore, 'read' | 'summary'>, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Says that a run has a new commit: followers look at once. */
  notify(runId: string): void {
    for (const wake of this.#waiting.get(runId) ?? []) wake()
  }

  /**
   * Yields the facts of a run that come after `after` (undefined: all). Ends when the run has ended and all its
   * facts were given, those too that came after `run-ended` (it may have been reopened since), or when
   * `signal` is aborted; yields nothing when the run is unknown or has not come as far as `after`. A run that the
   * store loses is waited for; where it was decided anew, the new facts follow from there on. Rejects when the
   * store cannot be reached.
   */
  async *follow(
    runId: string,
    after: FeedPlace | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FeedItem, void> {
    const line = new FollowedLine(Math.max(0, (after?.version ?? 1) - 1))
    let seen = after
    while (!signal.aborted) {
      const stored = await this.#read(runId, line.version)
      const isUnknown =
        stored === undefined || (stored !== 'behind' && stored.version < (after?.version ?? 0))
      if (isUnknown && !line.hasBegun) return
      if (stored === undefined || stored === 'behind') {
        await this.#news(runId, signal)
        continue
      }
      if (!line.isContinuedBy(stored)) {
        line.goBack(await this.#read(runId, 0))
        seen = undefined
        await this.#news(runId, signal)
        continue
      }
      for (const commit of stored.records.map(parseCommit)) {
        line.add(commit)
        for (const [index, fact] of commit.facts.entries()) {
          const isSeen = commit.version === seen?.version && index <= seen.index
          if (!isSeen) yield { version: commit.version, index, atMs: commit.at_ms, fact }
        }
      }
      if (line.hasEnded === true) return
      if (stored.records.length > 0) continue
      // Who comes back behind the end is not given the fact again. It is looked once more before that is believed.
      if (line.hasEnded === undefined) line.hasEnded = await this.#hasEnded(runId)
      else await this.#news(runId, signal)
    }
  }

  async #hasEnded(runId: string): Promise<boolean> {
    return ((await this.#store.summary(runId))?.endedAtMs ?? null) !== null
  }

  async #read(runId: string, after: number): Promise<StoredRun | 'behind' | undefined> {
    try {
      return await this.#store.read(runId, after)
    } catch (error) {
      if (error instanceof Fault && error.code === 'STORE_BEHIND') return 'behind'
      throw error
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

/** The commits that a follower was given. */
class FollowedLine {
  /** From commit number `#start + 1` on. */
  readonly #ids: string[] = []
  /** Undefined: nothing that was given says so. */
  hasEnded: boolean | undefined
  #start: number

  constructor(start: number) {
    this.#start = start
  }

  get version(): number {
    return this.#start + this.#ids.length
  }

  get hasBegun(): boolean {
    return this.#ids.length > 0
  }

  add(commit: CommitRecord): void {
    this.#ids.push(commit.id)
    const last = commit.facts.findLast(({ type }) => type === 'run-ended' || type === 'run-reopened')
    if (last !== undefined) this.hasEnded = last.type === 'run-ended'
  }

  isContinuedBy(stored: StoredRun): boolean {
    if (!this.hasBegun) return true
    const [next] = stored.records
    const prev = next === undefined ? stored.last : parseCommit(next).prev
    return stored.version >= this.version && prev === this.#ids.at(-1)
  }

  /** Back to the last commit that is still in the run. */
  goBack(stored: StoredRun | 'behind' | undefined): void {
    if (stored === undefined || stored === 'behind') return
    const there = stored.records.slice(this.#start)
    const fork = this.#ids.findIndex((id, index) => commitIdOf(there[index] ?? '') !== id)
    this.hasEnded = undefined
    if (fork >= 0) this.#ids.length = fork
    if (fork === 0) this.#start = Math.min(this.#start, stored.version)
  }
}
