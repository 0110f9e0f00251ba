// Writes a story down while it happens, and looks at each load the moment it starts.

import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { parseCommit } from '../../orchestrator/core/run/commit-record.ts'
import type { CommitRecord } from '../../orchestrator/core/run/run-fact.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { startsAfterParents } from './checkers/parents-first.ts'
import { SimulatedStore } from './simulated-store.ts'
import type { Cancel, Load, Violation } from './story.ts'
import type { Trace } from './trace.ts'

export class StoryRecorder {
  readonly plans = new Map<string, Plan>()
  readonly everKept: CommitRecord[] = []
  readonly cancels: Cancel[] = []
  readonly loads: Load[] = []
  readonly violations: Violation[] = []
  readonly #loaded = new Set<string>()
  readonly #clock: Clock
  readonly #trace: Trace

  constructor(clock: Clock, trace: Trace) {
    this.#clock = clock
    this.#trace = trace
  }

  /** The store of the story: each commit that it keeps is written down. */
  watchedStore(): SimulatedStore {
    return new SimulatedStore(
      () => this.#clock.nowMs(),
      ({ runId, record }, outcome) => {
        if (outcome === 'stale') this.#trace.note('stale', runId)
        else this.#kept(parseCommit(record))
      },
    )
  }

  #kept(commit: CommitRecord): void {
    this.everKept.push(commit)
    this.#trace.note('commit', `${commit.run_id} ${commit.version} ${JSON.stringify(commit.facts)}`)
  }

  /** Somebody was told that his cancel is settled. */
  cancelled(runId: string): void {
    this.#trace.note('cancel-settled', runId)
    this.cancels.push({ runId, settledAtMs: this.#clock.nowMs() })
  }

  startLoad(ready: ReadyEvent, worker: string): Load {
    const { run_id: runId, id: objectId, attempt } = ready
    const load: Load = {
      runId,
      objectId,
      attempt,
      worker,
      startedAtMs: this.#clock.nowMs(),
      outcome: undefined,
    }
    this.loads.push(load)
    this.#trace.note('load', `${runId} ${objectId} ${attempt} ${worker}`)
    const object = this.plans.get(runId)?.objects.find(({ id }) => id === objectId)
    const isLoaded = (parent: string) => this.#loaded.has(`${runId} ${parent}`)
    this.violations.push(...startsAfterParents(load, object?.parents ?? [], isLoaded))
    return load
  }

  endLoad(load: Load, outcome: 'loaded' | 'failed'): void {
    load.outcome = outcome
    if (outcome === 'loaded') this.#loaded.add(`${load.runId} ${load.objectId}`)
  }
}
