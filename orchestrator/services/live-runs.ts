// The runs this replica works on, in memory at the version it last committed or read.

import { Fault } from '../../shared/base/fault.ts'
import type { Timer } from '../../shared/ports/clock.ts'
import { forEachLink, type Plan } from '../core/graph/plan.ts'
import { planFromChunks } from '../core/graph/plan-chunks.ts'
import { parseCommit, replay } from '../core/run/commit-record.ts'
import { canStart } from '../core/run/readiness.ts'
import { Run } from '../core/run/run.ts'
import type { RunFact, RunOpened } from '../core/run/run-fact.ts'
import type { RunInput } from '../core/run/run-input.ts'
import type { RunStore, StoredRun } from '../ports/run-store.ts'
import type { Branch } from './branch.ts'
import type { Restorer } from './restorer.ts'

/** An input on its way into a decision. */
export interface Work {
  readonly input: RunInput
  /** Called when all that follows from the input is stored and published; `facts` are those of its batch. */
  settle(facts: readonly RunFact[]): void
  /** Called instead when the input can never be decided. */
  refuse(fault: Fault): void
}

export type RunRestorer = Pick<Restorer, 'ensureWhole' | 'whole' | 'restore' | 'restorePlan'>

export interface LiveRun {
  readonly id: string
  /** Undefined until it was read or opened. */
  run: Run | undefined
  /** Given by who opens it: the store may lose the opening. */
  plan: Plan | undefined
  version: number
  /** The id of commit number `version`. */
  last: string | undefined
  branch: Branch
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
  readonly #restorer: RunRestorer
  readonly #live = new Map<string, LiveRun>()

  constructor(store: RunStore, restorer: RunRestorer) {
    this.#store = store
    this.#restorer = restorer
  }

  get(runId: string): LiveRun {
    const known = this.#live.get(runId)
    if (known !== undefined) return known
    const live: LiveRun = {
      id: runId,
      run: undefined,
      plan: undefined,
      version: 0,
      last: undefined,
      branch: { isLost: false },
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

  /** Forgets what is known of the run here: it is read anew from its first commit. What waits stays. */
  reset(live: LiveRun): void {
    live.run = undefined
    live.version = 0
    live.last = undefined
    live.branch = { isLost: false }
  }

  /**
   * How many commits of the run are published as far as the store knows, if it has exactly those that are known
   * here; else undefined.
   */
  async newest(live: LiveRun): Promise<{ readonly relayed: number } | undefined> {
    try {
      const stored = await this.#store.read(live.id, live.version)
      if ((stored?.version ?? 0) !== live.version || stored?.last !== live.last) return undefined
      return { relayed: stored?.relayed ?? 0 }
    } catch (error) {
      if (isBehind(error)) return undefined
      throw error
    }
  }

  /**
   * Brings `live` up to the store: reads the commits it has not seen and folds them. Gives those not
   * published yet; none, and no run, when the store does not know it or nobody has opened it. Where the
   * store has lost commits that are known here, and the journal did not have them, they are forgotten.
   * Rejects with STORE_BEHIND while the store is not whole.
   */
  async catchUp(live: LiveRun): Promise<readonly Outbox[]> {
    if (live.branch.isLost) this.reset(live)
    let stored = await this.#read(live)
    if (stored !== undefined && !continues(live, stored)) {
      this.reset(live)
      stored = await this.#read(live)
    }
    if (stored === undefined || stored.records.length === 0) return []
    if (live.run === undefined || live.version === 0) {
      const plan = await this.#planOf(live, stored.records)
      if (plan === undefined) return []
      live.run = new Run(live.id, plan)
    }
    const first = stored.version - stored.records.length + 1
    replay(live.run, stored.records)
    if (leavesSomethingHeld(live.run, stored.records)) live.run.head = { ...live.run.head, scanned: 0 }
    live.version = stored.version
    live.last = stored.last
    return stored.records
      .map((record, index) => ({ version: first + index, record }))
      .filter(({ version }) => version > stored.relayed)
  }

  async #read(live: LiveRun): Promise<StoredRun | undefined> {
    const stored =
      (await this.#readRestored(live)) ?? (await this.#restorer.whole(() => this.#readRestored(live)))
    if (stored !== undefined || live.version === 0) return stored
    if (live.run?.head.ended !== undefined) {
      // It ended long ago, and the store need not keep it for ever.
      this.reset(live)
      return undefined
    }
    // What the store says must never be less than what it said before.
    if (!(await this.#restorer.restore(live.id))) throw storeBehind(live)
    return this.#readRestored(live)
  }

  async #readRestored(live: LiveRun): Promise<StoredRun | undefined> {
    const read = () => this.#store.read(live.id, live.version)
    try {
      return await read()
    } catch (error) {
      if (!isBehind(error)) throw error
      await this.#restorer.ensureWhole()
    }
    try {
      return await read()
    } catch (error) {
      // Whoever was about to restore it has died.
      if (!isBehind(error) || !(await this.#restorer.restore(live.id))) throw error
      return read()
    }
  }

  /** Undefined: the run was given up before it was opened, and nobody here opens it. */
  async #planOf(live: LiveRun, records: readonly string[]): Promise<Plan | undefined> {
    const opened = openedIn(records)
    if (opened === undefined) return live.plan
    for (const { run } of this.#live.values()) if (run?.plan.hash === opened.plan) return run.plan
    const chunks =
      (await this.#store.loadPlan(opened.plan)) ?? (await this.#restorer.restorePlan(live.id, opened.plan))
    if (chunks === undefined)
      throw new Fault('PLAN_MISSING', `neither the store nor the journal holds plan ${opened.plan}`)
    return planFromChunks(chunks)
  }
}

function openedIn(records: readonly string[]): RunOpened | undefined {
  for (const record of records) {
    const { facts } = parseCommit(record)
    const opened = facts.find((fact) => fact.type === 'run-opened')
    if (opened !== undefined) return opened
    // A commit without facts ends what was lost before the run was opened for good.
    if (facts.length > 0) throw new Fault('RUN_CORRUPT', 'the first facts of a run do not open it')
  }
  return undefined
}

/** Whether what the store has goes on from what is known here, and is not another branch of the run. */
function continues(live: LiveRun, stored: StoredRun): boolean {
  if (live.version === 0) return true
  if (stored.version < live.version) return false
  const [next] = stored.records
  return (next === undefined ? stored.last : parseCommit(next).prev) === live.last
}

// Whoever made these commits may have held what they freed, because he took its zone for dead: here it may not be.
function leavesSomethingHeld(run: Run, records: readonly string[]): boolean {
  return records.some((record) => {
    const { facts, at_ms: atMs } = parseCommit(record)
    return facts.some((fact) => 'object_id' in fact && freesSomething(run, fact.object_id, atMs))
  })
}

function freesSomething(run: Run, objectId: string, atMs: number): boolean {
  const index = run.plan.indexOf.get(objectId)
  if (index === undefined) return false
  let frees = canStart(run, index, atMs)
  forEachLink(run.plan.children, index, (child) => {
    frees ||= canStart(run, child, atMs)
  })
  return frees
}

function isBehind(error: unknown): boolean {
  return error instanceof Fault && error.code === 'STORE_BEHIND'
}

// Deciding on would be deciding anew what the world has seen already: better to wait for whoever restores the store.
function storeBehind(live: LiveRun): Fault {
  const message = `the store has lost data: it had kept ${live.version} commits of run ${live.id}, has none, and the journal does not have the run (yet)`
  return new Fault('STORE_BEHIND', message, { detail: { run_id: live.id } })
}

function isIdle({ pumping, queue, run, usedAtMs }: LiveRun, usedBeforeMs: number): boolean {
  if (pumping || queue.length > 0) return false
  return run?.head.ended !== undefined || usedAtMs < usedBeforeMs
}

function sizeOf(live: LiveRun): number {
  return live.run?.plan.objects.length ?? 1
}
