// Gives each run its queue and its pump: what happens to a run is decided first come first served, and no run waits for another.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { Zone } from '../../shared/base/layer.ts'
import type { Plan } from '../core/graph/plan.ts'
import type { Run } from '../core/run/run.ts'
import type { RunFact } from '../core/run/run-fact.ts'
import { isScanned } from '../core/run/summary.ts'
import { objectUnknown, runNotKept } from '../core/run/unknown.ts'
import { Keeper, type KeeperParts } from './keeper.ts'
import { type LiveRun, LiveRuns, type Work } from './live-runs.ts'

/** Most inputs of one run that are decided together. */
const batchInputs = 4_000
/** While more events than this wait to be published, no more of a large run is announced. */
const dispatchRoom = 4_000
/** Runs without work stay in memory while all runs here have at most this many objects together: repeats come. */
const objectsInMemory = 200_000
/** A run that has not ended is not forgotten before it was unused for this long. */
const unusedMs = 600_000
/** The runs in memory are counted at most this often. */
const trimEveryMs = 1_000

export type ConductorParts = Omit<KeeperParts, 'deadZones'>

/** While one commit of a run is on its way its next batch gathers; an idle run adds no delay. */
export class Conductor {
  readonly #parts: KeeperParts
  readonly #runs: LiveRuns
  readonly #keeper: Keeper
  readonly #stopping = new AbortController()
  readonly #pumps = new Set<Promise<void>>()
  #trimmedAtMs = Number.NEGATIVE_INFINITY
  #deadZones: readonly Zone[] = []

  constructor(parts: ConductorParts) {
    this.#parts = { ...parts, deadZones: () => this.#deadZones }
    this.#runs = new LiveRuns(parts.store, parts.restorer)
    this.#keeper = new Keeper(this.#parts, this.#runs, this.#stopping.signal)
  }

  /** Queues what happens to a run; `plan` is given by who opens it. */
  submit(runId: string, work: Work, plan?: Plan): void {
    if (this.#stopping.signal.aborted) return work.refuse(stopping())
    const live = this.#runs.get(runId)
    live.plan ??= plan
    live.queue.push(work)
    this.#wake(live)
  }

  /** Looks at a run because of its timers or its outbox. Resolves when what follows is stored and published. */
  attend(runId: string): Promise<void> {
    return new Promise((resolve) => {
      this.submit(runId, { input: { kind: 'tick' }, settle: () => resolve(), refuse: () => resolve() })
    })
  }

  /**
   * The run as it stands, to be read in the same turn and not kept; undefined when it is not known or not kept any
   * more. Rejects with the Fault for which it cannot be known now.
   */
  look(runId: string): Promise<Run | undefined> {
    return new Promise((resolve, reject) => {
      this.submit(runId, {
        input: { kind: 'tick' },
        settle: (_, run) => resolve(run),
        refuse: (fault) => (fault.code === 'RUN_UNKNOWN' ? resolve(undefined) : reject(fault)),
      })
    })
  }

  /** Says in which zones nobody works: what they would be given is held until they are named no more. */
  zones(dead: readonly Zone[]): void {
    this.#deadZones = dead
    for (const live of this.#runs.values()) if (live.run !== undefined) void this.attend(live.id)
  }

  /** The runs in memory here: for metrics, and for who watches their attempts. */
  get live(): Iterable<LiveRun> {
    return this.#runs.values()
  }

  /** Finishes the decisions under way; what is still queued is refused. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const live of this.#runs.values()) live.timer?.cancel()
    await Promise.all(this.#pumps)
  }

  #wake(live: LiveRun): void {
    if (live.pumping) return
    live.pumping = true
    const pump = this.#pump(live).finally(() => this.#pumps.delete(pump))
    this.#pumps.add(pump)
  }

  async #pump(live: LiveRun): Promise<void> {
    // Whoever submits may have more in the same turn: decide them together.
    await Promise.resolve()
    while (this.#hasWork(live)) await this.#turn(live)
    live.pumping = false
    for (const work of live.queue.splice(0)) work.refuse(stopping())
    this.#rest(live)
  }

  #hasWork(live: LiveRun): boolean {
    if (this.#stopping.signal.aborted) return false
    return live.queue.length > 0 || (live.run !== undefined && live.version > 0 && !isScanned(live.run))
  }

  async #turn(live: LiveRun): Promise<void> {
    if (live.queue.length === 0) await this.#parts.relay.room(dispatchRoom, this.#stopping.signal)
    const works = live.queue.splice(0, batchInputs)
    const inputs = works.map((work) => work.input)
    try {
      const outcome = await this.#keeper.keep(live, inputs, (facts, run) => {
        for (const work of works) {
          if (facts === 'lost') this.submit(live.id, work, live.plan)
          else settle(run, work, facts)
        }
      })
      if (outcome === 'stopped') for (const work of works) work.refuse(stopping())
      if (outcome === 'unopened') for (const work of works) work.refuse(runNotKept(live.id))
    } catch (error) {
      this.#giveUp(live, works, error)
    }
  }

  #giveUp(live: LiveRun, works: readonly Work[], error: unknown): void {
    const fault =
      error instanceof Fault ? error : new Fault('RUN_CORRUPT', messageOf(error), { cause: error })
    // Somebody asked for a run that there is not: his to know, and nobody's to be woken for.
    const level = fault.code === 'RUN_UNKNOWN' ? 'info' : 'error'
    this.#parts.logger[level]('a run cannot be decided', {
      run_id: live.id,
      code: fault.code,
      error: fault.message,
    })
    live.run = undefined
    // What came while it was found out that nobody had opened the run may come of its opening since.
    const isSpared = fault.code === 'RUN_UNKNOWN' && live.queue.length > 0
    for (const work of isSpared ? works : [...works, ...live.queue.splice(0)]) work.refuse(fault)
    if (!isSpared) this.#runs.forget(live)
  }

  /** Nothing waits: wake up when the next timer is due. */
  #rest(live: LiveRun): void {
    const { run } = live
    if (run === undefined || this.#stopping.signal.aborted) return
    live.usedAtMs = this.#parts.clock.nowMs()
    this.#arm(live, run.head.nextDueAtMs)
    this.#trim(live.usedAtMs)
  }

  #trim(nowMs: number): void {
    if (nowMs - this.#trimmedAtMs < trimEveryMs) return
    this.#trimmedAtMs = nowMs
    this.#runs.trim(objectsInMemory, nowMs - unusedMs)
  }

  #arm(live: LiveRun, dueAtMs: number): void {
    if (live.timer !== undefined && live.timerAtMs === dueAtMs) return
    live.timer?.cancel()
    live.timer = undefined
    if (dueAtMs === Number.POSITIVE_INFINITY) return
    live.timerAtMs = dueAtMs
    live.timer = this.#parts.clock.after(Math.max(0, dueAtMs - this.#parts.clock.nowMs()), () => {
      live.timer = undefined
      void this.attend(live.id)
    })
  }
}

// Only here it is known both what was answered and what the run consists of.
function settle(run: Run, work: Work, facts: readonly RunFact[]): void {
  const objectId = 'objectId' in work.input ? work.input.objectId : undefined
  if (objectId === undefined || run.plan.indexOf.has(objectId)) return work.settle(facts, run)
  work.refuse(objectUnknown(run, objectId))
}

function stopping(): Fault {
  return new Fault('SHUTTING_DOWN', 'this orchestrator is stopping')
}
