// Writes a story down while it happens, and looks at each load the moment it starts.

import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { parseCommit } from '../../orchestrator/core/run/commit-record.ts'
import type { CommitRecord } from '../../orchestrator/core/run/run-fact.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { startsAfterParents } from './checkers/parents-first.ts'
import { noteworthyIn } from './noteworthy.ts'
import { SimulatedStore } from './simulated-store.ts'
import type { LeaseTrouble, Load, SettledCommand, Violation } from './story.ts'
import type { Trace } from './trace.ts'

/** What lets the children of an object start although no loader has loaded it in this run. */
const excuses: ReadonlySet<string> = new Set([
  'object-reused',
  'object-marked-loaded',
  'object-skipped',
  'late-result-accepted',
])

export class StoryRecorder {
  readonly plans = new Map<string, Plan>()
  readonly everKept: CommitRecord[] = []
  readonly keptAtMs = new Map<string, number>()
  readonly commands: SettledCommand[] = []
  readonly loads: Load[] = []
  readonly violations: Violation[] = []
  readonly leaseTroubles: LeaseTrouble[] = []
  /** By run: objects that failed, or were given up, the newest last. */
  readonly #troubled = new Map<string, string[]>()
  /** Objects that are loaded, or excused from it, and links that a child was let go on without. */
  readonly #settled = new Set<string>()
  readonly #clock: Clock
  readonly #trace: Trace
  readonly #isShared: boolean

  /** `isShared`: what one run has loaded may count for the others. */
  constructor(clock: Clock, trace: Trace, isShared = false) {
    this.#clock = clock
    this.#trace = trace
    this.#isShared = isShared
  }

  /** The store of the story: each commit that it keeps is written down. */
  watchedStore(rebuildLeaseMs: number): SimulatedStore {
    const watch: ConstructorParameters<typeof SimulatedStore>[1] = ({ runId, record }, outcome) => {
      if (outcome === 'stale') this.#trace.note('stale', runId)
      else this.#kept(parseCommit(record))
    }
    return new SimulatedStore(() => this.#clock.nowMs(), watch, rebuildLeaseMs)
  }

  #kept(commit: CommitRecord): void {
    const { id, run_id: runId, version, facts } = commit
    this.everKept.push(commit)
    this.keptAtMs.set(id, this.#clock.nowMs())
    for (const fact of facts) {
      for (const what of noteworthyIn(fact)) this.#trace.note(what, `${runId} ${version}`)
      if (
        fact.type === 'object-failed' ||
        fact.type === 'late-result' ||
        fact.type === 'object-retry-scheduled'
      )
        this.#troubled.set(runId, [...(this.#troubled.get(runId) ?? []).slice(-9), fact.object_id])
      if ('object_id' in fact && excuses.has(fact.type)) this.#settled.add(`${runId} ${fact.object_id}`)
      if (fact.type !== 'object-ready') continue
      for (const { parent, child } of fact.degraded ?? []) this.#settled.add(`${runId} ${parent} ${child}`)
    }
    this.#trace.note('commit', `${runId} ${version} ${JSON.stringify(facts)}`)
  }

  /** Somebody was told that his command is settled. */
  settled(runId: string, kind: string): void {
    this.#trace.note(`${kind}-settled`, runId)
    this.commands.push({ runId, kind, settledAtMs: this.#clock.nowMs() })
  }

  startLoad(ready: ReadyEvent, worker: string): Load {
    const { run_id: runId, id: objectId, attempt } = ready
    const times = { startedAtMs: this.#clock.nowMs(), overAtMs: undefined, outcome: undefined }
    // Before there were time-outs and inputs an event did not say when it was made either.
    const told = ready.ts === 0 ? undefined : ready
    const load: Load = { runId, objectId, attempt, worker, ...times, told }
    this.loads.push(load)
    this.#trace.note('load', `${runId} ${objectId} ${attempt} ${worker}`)
    const object = this.plans.get(runId)?.objects.find(({ id }) => id === objectId)
    const mayGoOnWithout = (parent: string) =>
      this.#settled.has(this.#loadOf(runId, parent)) ||
      this.#settled.has(`${runId} ${parent}`) ||
      this.#settled.has(`${runId} ${parent} ${objectId}`)
    this.violations.push(...startsAfterParents(load, object?.parents ?? [], mayGoOnWithout))
    return load
  }

  /** `outcome`: undefined when it was cut off. */
  endLoad(load: Load, outcome: Load['outcome']): void {
    load.outcome = outcome
    load.overAtMs = this.#clock.nowMs()
    if (outcome === 'loaded') this.#settled.add(this.#loadOf(load.runId, load.objectId))
  }

  #loadOf(runId: string, objectId: string): string {
    return this.#isShared ? `any run: ${objectId}` : `${runId} ${objectId}`
  }

  /** Objects of the run that somebody may look after. */
  troubledIn(runId: string): readonly string[] {
    return this.#troubled.get(runId) ?? []
  }

  /** From now on leases may be lost while their holder goes on: those of this worker, or with null all of them. */
  doubtLeases(worker: string | null): void {
    this.leaseTroubles.push({ worker, atMs: this.#clock.nowMs() })
  }

  /** All that the worker had begun is over. */
  died(worker: string): void {
    for (const load of this.loads) {
      if (load.worker === worker) load.overAtMs ??= this.#clock.nowMs()
    }
  }
}
