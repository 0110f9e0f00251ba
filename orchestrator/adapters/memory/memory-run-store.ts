// Runs in this process's memory: the embedded store, and the one the simulator crashes.

import { Fault } from '../../../shared/base/fault.ts'
import { commitIdOf } from '../../core/run/commit-record.ts'
import type { RestoredRun, RunPresence, RunRecovery, RunTail } from '../../ports/run-recovery.ts'
import type {
  CommitMark,
  RunCommit,
  RunQuery,
  RunStore,
  RunSummary,
  StoredRun,
} from '../../ports/run-store.ts'

export interface KeptRun {
  /** Only ever added to; a restored run has another list. */
  readonly records: string[]
  /** The id of the last of them. */
  last: string
  relayed: number
  summary: RunSummary | undefined
  dueAtMs: number
  lastKeptAtMs: number
  readonly failures: Map<string, number>
  /** The life of the store in which the run was opened or restored. */
  life: number
}

const rebuildLeaseMs = 30_000

export class MemoryRunStore implements RunStore, RunRecovery {
  protected runs = new Map<string, KeptRun>()
  protected plans = new Map<string, readonly string[]>()
  readonly #nowMs: () => number
  readonly #leaseMs: number
  #life = 1
  // What is empty from the start has lost nothing.
  #wholeLife: number | undefined = this.#life
  #wholeSince = 'the beginning'
  /** By run: the rebuild that will restore it. */
  readonly #held = new Map<string, string>()
  #rebuild: { readonly name: string; readonly by: string; untilMs: number } | undefined

  /** A rebuild that was silent for `leaseMs` is taken over. */
  constructor(nowMs: () => number, leaseMs: number = rebuildLeaseMs) {
    this.#nowMs = nowMs
    this.#leaseMs = leaseMs
  }

  async savePlan(hash: string, chunks: readonly string[]): Promise<void> {
    if (!this.plans.has(hash)) this.plans.set(hash, [...chunks])
  }

  async loadPlan(hash: string): Promise<readonly string[] | undefined> {
    return this.plans.get(hash)
  }

  async commit(commit: RunCommit): Promise<'kept' | 'stale'> {
    const run = this.runs.get(commit.runId)
    if (run === undefined ? !this.isWhole : !this.isSure(commit.runId)) return 'stale'
    const version = run?.records.length ?? 0
    if (version === commit.basedOn + 1 && run?.records.at(-1) === commit.record) return 'kept'
    if (version !== commit.basedOn || run?.last !== commit.prev) return 'stale'
    this.#keep(run, commit)
    return 'kept'
  }

  #keep(before: KeptRun | undefined, commit: RunCommit): void {
    const { id, summary, dueAtMs } = commit
    const kept = { last: id, summary, dueAtMs, lastKeptAtMs: this.#nowMs(), life: this.#life }
    const run = before ?? { ...kept, records: [], relayed: 0, failures: new Map<string, number>() }
    Object.assign(run, kept)
    run.records.push(commit.record)
    for (const { objectId, count } of commit.failures) run.failures.set(objectId, count)
    this.runs.set(commit.runId, run)
  }

  async read(runId: string, after: number): Promise<StoredRun | undefined> {
    if (!this.isSure(runId)) throw new Fault('STORE_BEHIND', `run ${runId} is not restored yet`)
    const run = this.runs.get(runId)
    if (run === undefined) return undefined
    const { records, relayed, last } = run
    return { version: records.length, last, relayed, records: records.slice(after) }
  }

  async markRelayed(marks: readonly CommitMark[]): Promise<readonly boolean[]> {
    return marks.map((mark) => this.#mark(mark))
  }

  #mark({ runId, version, id }: CommitMark): boolean {
    const run = this.runs.get(runId)
    if (run === undefined || !this.isSure(runId) || idAt(run, version) !== id) return false
    run.relayed = Math.max(run.relayed, version)
    return true
  }

  /** Whether what is here of the run, if anything, is what was here. */
  protected isSure(runId: string): boolean {
    return !this.#held.has(runId) && (this.runs.get(runId)?.life ?? this.#life) === this.#life
  }

  async postpone(runId: string, version: number, dueAtMs: number): Promise<void> {
    const run = this.runs.get(runId)
    if (run?.records.length === version) run.dueAtMs = dueAtMs
  }

  async needingAttention(nowMs: number, keptBeforeMs: number): Promise<readonly string[]> {
    const needy = [...this.runs].filter(
      ([, run]) =>
        run.dueAtMs <= nowMs || (run.relayed < run.records.length && run.lastKeptAtMs < keptBeforeMs),
    )
    return [...new Set([...needy.map(([runId]) => runId), ...this.#held.keys()])]
  }

  async list(query: RunQuery): Promise<readonly RunSummary[]> {
    return [...this.runs.values()]
      .flatMap((run) => run.summary ?? [])
      .filter((summary) => query.state === undefined || summary.state === query.state)
      .filter((summary) => query.openedBeforeMs === undefined || summary.openedAtMs < query.openedBeforeMs)
      .sort((a, b) => b.openedAtMs - a.openedAtMs || (a.runId < b.runId ? 1 : -1))
      .slice(0, query.limit)
  }

  async summary(runId: string): Promise<RunSummary | undefined> {
    return this.runs.get(runId)?.summary
  }

  protected get isWhole(): boolean {
    return this.#wholeLife === this.#life
  }

  async whole(): Promise<string | undefined> {
    return this.isWhole ? this.#wholeSince : undefined
  }

  async begin(rebuild: string, by: string, doubted: boolean): Promise<'begun' | 'whole' | 'busy'> {
    const isUnderWay = this.#rebuild !== undefined && this.#rebuild.untilMs > this.#nowMs()
    if (isUnderWay && this.#rebuild?.by !== by) return 'busy'
    if (!isUnderWay && this.isWhole && !doubted) return 'whole'
    this.#rebuild = { name: rebuild, by, untilMs: this.#nowMs() + this.#leaseMs }
    this.#wholeLife = undefined
    return 'begun'
  }

  async hold(rebuild: string, runIds: readonly string[]): Promise<void> {
    for (const runId of runIds) this.#held.set(runId, rebuild)
  }

  async has({ runId, version, id }: RunTail): Promise<RunPresence> {
    const run = this.runs.get(runId)
    if (run === undefined) return 'absent'
    if (run.records.length !== version || run.last !== id || this.#held.has(runId)) return 'other'
    run.life = this.#life
    return 'there'
  }

  async restore(rebuild: string, restored: RestoredRun): Promise<'restored' | 'superseded'> {
    const { runId, version, id, summary, dueAtMs, relayed, records } = restored
    const known = this.runs.get(runId)
    if (known !== undefined && idAt(known, version) === id && this.isSure(runId)) return 'restored'
    const held = this.#held.get(runId)
    if (held !== rebuild && (held !== undefined || isGoingOn(summary))) return 'superseded'
    // Of what is here, and was restored by somebody else, nothing is taken back.
    if (held === undefined && known !== undefined && this.isSure(runId)) return 'restored'
    this.#held.delete(runId)
    const failures = known?.failures ?? new Map<string, number>()
    const kept = { records: [...records], last: id, failures, lastKeptAtMs: this.#nowMs(), life: this.#life }
    this.runs.set(runId, { summary, dueAtMs, relayed, ...kept })
    return 'restored'
  }

  async finish(rebuild: string): Promise<'whole' | 'superseded'> {
    if (this.#rebuild?.name === rebuild && this.#rebuild.untilMs > this.#nowMs()) {
      this.#rebuild = undefined
      this.#wholeLife = this.#life
      this.#wholeSince = rebuild
    }
    return this.isWhole ? 'whole' : 'superseded'
  }

  /** Forgets runs that ended before an instant, and their plans that no other run has; gives their ids. */
  forgetEndedBefore(atMs: number): readonly string[] {
    const summaries = [...this.runs.values()].flatMap(({ summary }) => summary ?? [])
    const old = summaries.filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs < atMs)
    for (const { runId } of old) this.runs.delete(runId)
    const used = new Set(summaries.filter((each) => !old.includes(each)).map(({ plan }) => plan))
    for (const { plan } of old) if (!used.has(plan)) this.plans.delete(plan)
    return old.map(({ runId }) => runId)
  }

  /** Forgets everything, as a store does that is emptied while it runs. */
  lose(): void {
    this.runs = new Map()
    this.plans = new Map()
    this.#held.clear()
    this.#wholeLife = undefined
    this.#rebuild = undefined
  }

  /** What a restart does, whatever the store holds then. */
  protected startAnew(): void {
    this.#life++
    this.#held.clear()
    this.#rebuild = undefined
  }

  /** Whether every commit of every run has been published: for who must know when all is quiet. */
  isRelayed(): boolean {
    return (
      this.isWhole &&
      this.#held.size === 0 &&
      [...this.runs.values()].every((run) => run.relayed === run.records.length)
    )
  }

  async ping(): Promise<void> {}
}

function isGoingOn(summary: RunSummary | undefined): boolean {
  return summary === undefined || summary.endedAtMs === null
}

function idAt({ records, last }: KeptRun, version: number): string | undefined {
  return version === records.length ? last : commitIdOf(records[version - 1] ?? '')
}
