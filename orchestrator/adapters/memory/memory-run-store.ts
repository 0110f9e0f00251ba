// Runs in this process's memory: the embedded store, and the one the simulator crashes.

import type { RestoredRun, RunRecovery } from '../../ports/run-recovery.ts'
import type { RunCommit, RunQuery, RunStore, RunSummary, StoredRun } from '../../ports/run-store.ts'

interface KeptRun {
  readonly records: string[]
  relayed: number
  summary: RunSummary
  dueAtMs: number
  lastKeptAtMs: number
  readonly failures: Map<string, number>
}

export class MemoryRunStore implements RunStore, RunRecovery {
  readonly #runs = new Map<string, KeptRun>()
  readonly #plans = new Map<string, readonly string[]>()
  readonly #nowMs: () => number
  // What is empty from the start has lost nothing.
  #isWhole = true

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  async savePlan(hash: string, chunks: readonly string[]): Promise<void> {
    if (!this.#plans.has(hash)) this.#plans.set(hash, [...chunks])
  }

  async loadPlan(hash: string): Promise<readonly string[] | undefined> {
    return this.#plans.get(hash)
  }

  async commit(commit: RunCommit): Promise<'kept' | 'stale'> {
    const run = this.#runs.get(commit.runId)
    const version = run?.records.length ?? 0
    if (version === commit.basedOn + 1 && run?.records.at(-1) === commit.record) return 'kept'
    if (version !== commit.basedOn) return 'stale'
    this.#keep(run, commit)
    return 'kept'
  }

  #keep(before: KeptRun | undefined, commit: RunCommit): void {
    const { summary, dueAtMs } = commit
    const kept = { summary, dueAtMs, lastKeptAtMs: this.#nowMs() }
    const run = before ?? { ...kept, records: [], relayed: 0, failures: new Map<string, number>() }
    Object.assign(run, kept)
    run.records.push(commit.record)
    for (const { objectId, count } of commit.failures) run.failures.set(objectId, count)
    this.#runs.set(commit.runId, run)
  }

  async read(runId: string, after: number): Promise<StoredRun | undefined> {
    const run = this.#runs.get(runId)
    if (run === undefined) return undefined
    return { version: run.records.length, relayed: run.relayed, records: run.records.slice(after) }
  }

  async markRelayed(marks: readonly { readonly runId: string; readonly version: number }[]): Promise<void> {
    for (const { runId, version } of marks) {
      const run = this.#runs.get(runId)
      if (run !== undefined) run.relayed = Math.max(run.relayed, Math.min(version, run.records.length))
    }
  }

  async postpone(runId: string, version: number, dueAtMs: number): Promise<void> {
    const run = this.#runs.get(runId)
    if (run?.records.length === version) run.dueAtMs = dueAtMs
  }

  async needingAttention(nowMs: number, keptBeforeMs: number): Promise<readonly string[]> {
    return [...this.#runs]
      .filter(
        ([, run]) =>
          run.dueAtMs <= nowMs || (run.relayed < run.records.length && run.lastKeptAtMs < keptBeforeMs),
      )
      .map(([runId]) => runId)
  }

  async list(query: RunQuery): Promise<readonly RunSummary[]> {
    return [...this.#runs.values()]
      .map((run) => run.summary)
      .filter((summary) => query.state === undefined || summary.state === query.state)
      .filter((summary) => query.openedBeforeMs === undefined || summary.openedAtMs < query.openedBeforeMs)
      .sort((a, b) => b.openedAtMs - a.openedAtMs || (a.runId < b.runId ? 1 : -1))
      .slice(0, query.limit)
  }

  async summary(runId: string): Promise<RunSummary | undefined> {
    return this.#runs.get(runId)?.summary
  }

  async isWhole(): Promise<boolean> {
    return this.#isWhole
  }

  async markWhole(): Promise<void> {
    this.#isWhole = true
  }

  async restore(restored: RestoredRun): Promise<'restored' | 'known'> {
    const known = this.#runs.get(restored.runId)
    if (known !== undefined && known.records.length >= restored.records.length) return 'known'
    const { summary, dueAtMs, relayed } = restored
    const records = [...restored.records]
    const failures = known?.failures ?? new Map<string, number>()
    this.#runs.set(restored.runId, {
      summary,
      dueAtMs,
      relayed,
      records,
      failures,
      lastKeptAtMs: this.#nowMs(),
    })
    return 'restored'
  }

  /** Forgets every run and plan, as a store does that is emptied or comes back without its data. */
  lose(): void {
    this.#runs.clear()
    this.#plans.clear()
    this.#isWhole = false
  }

  /** Whether every commit of every run has been published: for who must know when all is quiet. */
  isRelayed(): boolean {
    return [...this.#runs.values()].every((run) => run.relayed === run.records.length)
  }

  async ping(): Promise<void> {}
}
