// The runs this replica works on, in memory at the version it last committed or read.

import { Fault } from '../../shared/base/fault.ts'
import type { Timer } from '../../shared/ports/clock.ts'
import type { Plan } from '../core/graph/plan.ts'
import { planFromChunks } from '../core/graph/plan-chunks.ts'
import { parseCommit, replay } from '../core/run/commit-record.ts'
import { Run } from '../core/run/run.ts'
import type { RunFact } from '../core/run/run-fact.ts'
import type { RunInput } from '../core/run/run-input.ts'
import type { RunStore, StoredRun } from '../ports/run-store.ts'
import type { Restorer } from './restorer.ts'

/** An input on its way into a decision. */
export interface Work {
  readonly input: RunInput
  /** Called when all that follows from the input is stored and published; `facts` are those of its batch. */
  settle(facts: readonly RunFact[]): void
  /** Called instead when the input can never be decided. */
  refuse(fault: Fault): void
}

export interface LiveRun {
  readonly id: string
  /** Undefined until it was read or opened. */
  run: Run | undefined
  version: number
  /** Waiting to be decided, first come first. */
  queue: Work[]
  pumping: boolean
  timer: Timer | undefined
  timerAtMs: number
  usedAtMs: number
}

/** Commits that were read and not published yet: whoever reads them must relay them before anything newer. */
export interface Outbox {
  readonly version: number
  readonly record: string
}

export class LiveRuns {
  readonly #store: RunStore
  readonly #restorer: Pick<Restorer, 'ensureWhole' | 'restore'>
  readonly #live = new Map<string, LiveRun>()

  constructor(store: RunStore, restorer: Pick<Restorer, 'ensureWhole' | 'restore'>) {
    this.#store = store
    this.#restorer = restorer
  }

  get(runId: string): LiveRun {
    const known = this.#live.get(runId)
    if (known !== undefined) return known
    const live: LiveRun = {
      id: runId,
      run: undefined,
      version: 0,
      queue: [],
      pumping: false,
      timer: undefined,
      timerAtMs: Number.POSITIVE_INFINITY,
      usedAtMs: 0,
    }
    this.#live.set(runId, live)
    return live
  }

  values(): Iterable<LiveRun> {
    return this.#live.values()
  }

  /**
   * Forgets runs until the rest have at most `most` objects: idle ones that have ended or were not used since
   * `usedBeforeMs`, longest unused first. A run whose answers come is never forgotten, however large: reading
   * it anew for each of them would cost its size.
   */
  trim(most: number, usedBeforeMs: number): void {
    let objects = 0
    for (const live of this.#live.values()) objects += sizeOf(live)
    if (objects <= most) return
    const idle = [...this.#live.values()].filter((live) => isIdle(live, usedBeforeMs))
    idle.sort((a, b) => a.usedAtMs - b.usedAtMs)
    for (const live of idle) {
      if (objects <= most) return
      objects -= sizeOf(live)
      this.forget(live)
    }
  }

  forget(live: LiveRun): void {
    live.timer?.cancel()
    live.timer = undefined
    this.#live.delete(live.id)
  }

  /**
   * Brings `live` up to the store: reads the commits it has not seen and folds them. Gives those not
   * published yet; none, and no run, when the store does not know it. Rejects with STORE_BEHIND when the
   * store has lost commits that it had kept.
   */
  async catchUp(live: LiveRun): Promise<readonly Outbox[]> {
    const stored = await this.#readWhole(live)
    if (stored === undefined || stored.records.length === 0) return []
    const first = stored.version - stored.records.length + 1
    if (live.run === undefined || live.version === 0)
      live.run = new Run(live.id, await this.#planOf(stored.records))
    replay(live.run, stored.records)
    live.version = stored.version
    return stored.records
      .map((record, index) => ({ version: first + index, record }))
      .filter(({ version }) => version > stored.relayed)
  }

  /** What the store says must never be less than what it said before: then it is restored first. */
  async #readWhole(live: LiveRun): Promise<StoredRun | undefined> {
    if (live.version === 0) await this.#restorer.ensureWhole()
    const stored = await this.#store.read(live.id, live.version)
    if ((stored?.version ?? 0) >= live.version) return stored
    await this.#restorer.ensureWhole()
    await this.#restorer.restore(live.id)
    const restored = await this.#store.read(live.id, live.version)
    if ((restored?.version ?? 0) < live.version) throw storeBehind(live, restored?.version ?? 0)
    return restored
  }

  async #planOf(records: readonly string[]): Promise<Plan> {
    const opened = parseCommit(records[0] ?? '').facts.find((fact) => fact.type === 'run-opened')
    if (opened === undefined) throw new Fault('RUN_CORRUPT', 'the first commit of a run does not open it')
    for (const { run } of this.#live.values()) if (run?.plan.hash === opened.plan) return run.plan
    const chunks = await this.#store.loadPlan(opened.plan)
    if (chunks === undefined) throw new Fault('PLAN_MISSING', `the store does not hold plan ${opened.plan}`)
    return planFromChunks(chunks)
  }
}

// Deciding on would be deciding anew what the world has seen already: better to wait for whoever restores the store.
function storeBehind(live: LiveRun, version: number): Fault {
  const message = `the store has ${version} commits of run ${live.id}, and had kept ${live.version}: it has lost data and the journal does not have it (yet)`
  return new Fault('STORE_BEHIND', message, { detail: { run_id: live.id } })
}

function isIdle({ pumping, queue, run, usedAtMs }: LiveRun, usedBeforeMs: number): boolean {
  if (pumping || queue.length > 0) return false
  return run?.head.ended !== undefined || usedAtMs < usedBeforeMs
}

function sizeOf(live: LiveRun): number {
  return live.run?.plan.objects.length ?? 1
}
