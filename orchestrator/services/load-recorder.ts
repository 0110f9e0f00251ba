// Remembers in the load registry when objects were loaded: all of them, for nobody knows who will ask tomorrow.

import type { Json } from '../../shared/base/json.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { insist } from '../../shared/service/insist.ts'
import { Pump } from '../../shared/service/pump.ts'
import type { Run } from '../core/run/run.ts'
import type { CommitRecord, RunFact } from '../core/run/run-fact.ts'
import type { LastLoad, LoadRegistry } from '../ports/load-registry.ts'

export interface LoadRecorderParts {
  readonly registry: Pick<LoadRegistry, 'remember'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** One write is on its way at a time; the registry is a projection of facts, so a write lost in a crash only loads once more. */
export class LoadRecorder {
  readonly #parts: LoadRecorderParts
  /** By tenant, then by object: only the last load counts, so what waits is bounded by the objects there are. */
  #waiting = new Map<string, Map<string, LastLoad>>()
  readonly #pump = new Pump({
    isWaiting: () => this.#waiting.size > 0,
    workOff: () => this.#rememberAll(),
  })

  constructor(parts: LoadRecorderParts) {
    this.#parts = parts
  }

  /** Takes the loads of a commit that was kept. */
  record(run: Run, commit: CommitRecord): void {
    const loads = commit.facts.flatMap((fact) => {
      const load = lastLoad(run, fact, commit.at_ms)
      return load === undefined ? [] : [load]
    })
    if (loads.length === 0) return
    const tenant = run.head.opened?.tenant ?? 'default'
    const waiting = this.#waiting.get(tenant) ?? new Map<string, LastLoad>()
    this.#waiting.set(tenant, waiting)
    for (const load of loads) {
      // Another run may have loaded it since, and told first.
      const knownAtMs = waiting.get(load.objectId)?.loadedAtMs ?? Number.NEGATIVE_INFINITY
      if (knownAtMs <= load.loadedAtMs) waiting.set(load.objectId, load)
    }
    this.#pump.wake()
  }

  /** Resolves when nothing waits to be written. */
  drained(): Promise<void> {
    return this.#pump.drained()
  }

  stop(): Promise<void> {
    return this.#pump.stop()
  }

  async #rememberAll(): Promise<void> {
    const batch = this.#waiting
    this.#waiting = new Map()
    for (const [tenant, loads] of batch) await this.#remember(tenant, [...loads.values()])
  }

  async #remember(tenant: string, loads: readonly LastLoad[]): Promise<void> {
    const persistence = { ...this.#parts, signal: this.#pump.stopping, worthwhile: () => true }
    await insist('remember loads', () => this.#parts.registry.remember(tenant, loads), persistence)
  }
}

function lastLoad(run: Run, fact: RunFact, loadedAtMs: number): LastLoad | undefined {
  if (fact.type === 'late-result-accepted') {
    const index = run.plan.indexOf.get(fact.object_id) ?? -1
    const late = run.notesOf(index).late.find(({ attempt }) => attempt === fact.attempt)
    return loadOf(fact.object_id, loadedAtMs, late?.result)
  }
  if (fact.type !== 'object-loaded' && fact.type !== 'object-marked-loaded') return undefined
  return loadOf(fact.object_id, loadedAtMs, fact.result)
}

function loadOf(objectId: string, loadedAtMs: number, result: Json | undefined): LastLoad {
  return { objectId, loadedAtMs, ...(result === undefined ? {} : { result }) }
}
