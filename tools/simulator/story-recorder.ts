// Writes a story down while it happens, and looks at each load the moment it starts.

import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { parseCommit } from '../../orchestrator/core/run/commit-record.ts'
import type { CommitRecord } from '../../orchestrator/core/run/run-fact.ts'
import type { RunCommit } from '../../orchestrator/ports/run-store.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { startsAfterParents } from './checkers/parents-first.ts'
import type { Load, Violation } from './story.ts'
import type { Trace } from './trace.ts'

export class StoryRecorder {
  readonly plans = new Map<string, Plan>()
  readonly commits: CommitRecord[] = []
  readonly loads: Load[] = []
  readonly ended = new Set<string>()
  readonly violations: Violation[] = []
  readonly #satisfied = new Set<string>()
  readonly #clock: Clock
  readonly #trace: Trace

  constructor(clock: Clock, trace: Trace) {
    this.#clock = clock
    this.#trace = trace
  }

  /** The store of the story: each commit that it keeps is written down. */
  watchedStore(): MemoryRunStore {
    const recorder = this
    return new (class WatchedRunStore extends MemoryRunStore {
      override async commit(commit: RunCommit): Promise<'kept' | 'stale'> {
        const version = (await this.read(commit.runId, 0))?.version ?? 0
        const outcome = await super.commit(commit)
        if (outcome === 'kept' && version === commit.basedOn) recorder.#kept(parseCommit(commit.record))
        if (outcome === 'stale') recorder.#trace.note('stale', commit.runId)
        return outcome
      }
    })(() => this.#clock.nowMs())
  }

  #kept(commit: CommitRecord): void {
    this.commits.push(commit)
    this.#trace.note('commit', `${commit.run_id} ${commit.version} ${JSON.stringify(commit.facts)}`)
    for (const fact of commit.facts) {
      if (fact.type === 'run-ended') this.ended.add(commit.run_id)
      if (fact.type === 'object-loaded' || fact.type === 'object-reused') {
        this.#satisfied.add(`${commit.run_id} ${fact.object_id}`)
      }
    }
  }

  /** Somebody was told that his cancel is settled. */
  cancelled(runId: string): void {
    this.#trace.note('cancel-settled', runId)
    if (this.ended.has(runId)) return
    this.violations.push({
      rule: 'cancels count',
      text: `${runId} goes on after its cancel was settled`,
    })
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
    const isSatisfied = (parent: string) => this.#satisfied.has(`${runId} ${parent}`)
    this.violations.push(...startsAfterParents(load, object?.parents ?? [], isSatisfied))
    return load
  }
}
