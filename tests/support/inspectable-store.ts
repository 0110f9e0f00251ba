// A run store in memory that can be looked into, and from which somebody can take things.

import { type KeptRun, MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { commitIdOf } from '../../orchestrator/core/run/commit-record.ts'
import type {
  SeenHead,
  SeenPlan,
  SeenRun,
  StoreInspection,
} from '../../orchestrator/ports/store-inspection.ts'

export class InspectableStore extends MemoryRunStore implements StoreInspection {
  /** Counters of runs that are not there: how long they stay. */
  readonly counters = new Map<string, number>()
  /** Heads without commits. */
  readonly heads = new Map<string, SeenHead>()
  /** Runs that nobody looks at. */
  readonly left = new Set<string>()

  kept(runId: string): KeptRun {
    const run = this.runs.get(runId)
    if (run === undefined) throw new Error(`no run ${runId}`)
    return run
  }

  adopt(runId: string, run: KeptRun): void {
    this.runs.set(runId, run)
  }

  take(runId: string): void {
    this.runs.delete(runId)
  }

  takePlan(hash: string): void {
    this.plans.delete(hash)
  }

  async *runIds(): AsyncIterable<readonly string[]> {
    yield [...this.runs.keys(), ...this.counters.keys(), ...this.heads.keys()]
  }

  async look(runIds: readonly string[]): Promise<readonly SeenRun[]> {
    return runIds.map((runId) => {
      const run = this.runs.get(runId)
      const leftMs = this.counters.get(runId)
      return {
        runId,
        ids: run?.records.map((record) => commitIdOf(record) ?? '') ?? [],
        head: run === undefined ? this.heads.get(runId) : headOf(run),
        counters: leftMs === undefined ? undefined : { count: 1, leftMs },
        isEntered: run !== undefined && !this.left.has(runId),
      }
    })
  }

  async *seenPlans(): AsyncIterable<readonly SeenPlan[]> {
    yield [...this.plans.keys()].map((hash) => ({ hash, isWhole: true, leftMs: Number.POSITIVE_INFINITY }))
  }

  async hasPlan(hash: string): Promise<boolean> {
    return this.plans.has(hash)
  }

  async enter(runId: string): Promise<void> {
    this.left.delete(runId)
  }

  async forgetCounters(runId: string): Promise<boolean> {
    return this.counters.delete(runId)
  }

  async forgetHead(runId: string): Promise<boolean> {
    return this.heads.delete(runId)
  }

  async forgetPlan(hash: string): Promise<boolean> {
    return this.plans.delete(hash)
  }
}

function headOf({ last, relayed, lastKeptAtMs, dueAtMs, summary }: KeptRun): SeenHead {
  const hasEnded = (summary?.endedAtMs ?? null) !== null
  return { last, relayed, keptAtMs: lastKeptAtMs, dueAtMs, plan: summary?.plan, hasEnded, isHeld: false }
}
