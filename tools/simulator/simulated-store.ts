// The run store of a story: may be emptied, or set back to what it was a while ago.

import { type KeptRun, MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import type { RunCommit, RunSummary } from '../../orchestrator/ports/run-store.ts'

interface Snapshot {
  readonly atMs: number
  readonly runs: ReadonlyMap<string, KeptRun>
  readonly plans: ReadonlyMap<string, readonly string[]>
}

/** Snapshots older than this are of no use. */
const oldestMs = 10_000

export class SimulatedStore extends MemoryRunStore {
  readonly #watch: (commit: RunCommit, outcome: 'kept' | 'stale') => void
  #snapshots: Snapshot[] = []

  /** `watch` is told of each commit that is kept for the first time, and of each that is refused. */
  constructor(
    nowMs: () => number,
    watch: (commit: RunCommit, outcome: 'kept' | 'stale') => void,
    rebuildLeaseMs: number,
  ) {
    super(nowMs, rebuildLeaseMs)
    this.#watch = watch
  }

  override async commit(commit: RunCommit): Promise<'kept' | 'stale'> {
    const isRepeat = this.runs.get(commit.runId)?.records.at(-1) === commit.record
    const outcome = await super.commit(commit)
    if (outcome === 'stale' || !isRepeat) this.#watch(commit, outcome)
    return outcome
  }

  snapshot(atMs: number): void {
    const runs = new Map([...this.runs].map(([runId, run]) => [runId, copyOf(run)]))
    this.#snapshots = this.#snapshots.filter((one) => one.atMs >= atMs - oldestMs)
    this.#snapshots.push({ atMs, runs, plans: new Map(this.plans) })
  }

  /** As a server that is killed and comes back with what was on its disk at `atMs`. */
  rollBack(atMs: number): void {
    const last = this.#snapshots.findLast((one) => one.atMs <= atMs)
    this.runs = new Map([...(last?.runs ?? [])].map(([runId, run]) => [runId, copyOf(run)]))
    this.plans = new Map(last?.plans)
    this.startAnew()
  }

  /** The records of a run as they are now. */
  recordsOf(runId: string): readonly string[] {
    return this.runs.get(runId)?.records ?? []
  }

  /** Whether it holds what it held, all of it: nobody restores it or has to. */
  isSettled(): boolean {
    return this.isWhole && [...this.runs.keys()].every((runId) => this.isSure(runId))
  }

  /** Whether all commits of a run are published. */
  isOut(runId: string): boolean {
    const run = this.runs.get(runId)
    return run === undefined || run.relayed === run.records.length
  }

  dueAtMsOf(runId: string): number {
    return this.runs.get(runId)?.dueAtMs ?? Number.POSITIVE_INFINITY
  }

  summaries(): readonly RunSummary[] {
    return [...this.runs.values()].flatMap(({ summary }) => summary ?? [])
  }

  isPaused(runId: string): boolean {
    return this.runs.get(runId)?.summary?.isPaused ?? false
  }

  hasEnded(runId: string): boolean {
    return (this.runs.get(runId)?.summary?.endedAtMs ?? null) !== null
  }
}

function copyOf(run: KeptRun): KeptRun {
  return { ...run, records: [...run.records], failures: new Map(run.failures) }
}
