// Explains why an object is where it is: the run as it stands, and what workers and stores say at the moment.

import { at } from '../../shared/base/assert.ts'
import { Fault } from '../../shared/base/fault.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Run } from '../core/run/run.ts'
import { knownIndexOf, runNotKept } from '../core/run/unknown.ts'
import type { AttemptHolder, Circumstances } from '../core/run/wait-reason.ts'
import { announcedAbove, type WhyStep, whyOf } from '../core/run/why.ts'
import { rebuildingWords } from '../core/run/why-words.ts'
import type { LeaseBook } from '../ports/lease-book.ts'
import type { RunStore } from '../ports/run-store.ts'
import type { LiveWorker, ZoneDirectory } from '../ports/zone-directory.ts'
import type { BuildDesk } from './build-desk.ts'
import type { Conductor } from './conductor.ts'
import { crewsOf } from './zone-crews.ts'

export interface ExplainerParts {
  readonly conductor: Pick<Conductor, 'look'>
  readonly store: Pick<RunStore, 'list'>
  readonly restorer: { readonly isRebuilding: boolean }
  readonly leases: Pick<LeaseBook, 'holders'>
  readonly directory: ZoneDirectory
  readonly builds: Pick<BuildDesk, 'ownersOf'>
  readonly clock: Clock
}

export interface Why {
  readonly runId: string
  readonly steps: readonly WhyStep[]
}

/** Runs that are looked through for an object when nobody says which. */
const mostRuns = 50
/** Attempts whose holders are asked for; of more the rest is unknown. */
const mostHolders = 1_000

export class Explainer {
  readonly #parts: ExplainerParts

  constructor(parts: ExplainerParts) {
    this.#parts = parts
  }

  /**
   * `runId` undefined: the newest run that goes on and has the object, else the newest that has it. Rejects with
   * RUN_UNKNOWN, OBJECT_UNKNOWN, or a retryable Fault.
   */
  async why(objectId: string, runId: string | undefined): Promise<Why> {
    if (this.#parts.restorer.isRebuilding) return { runId: runId ?? 'unknown', steps: [rebuilding(objectId)] }
    const run = runId === undefined ? await this.#runWith(objectId) : await this.#known(runId)
    const index = knownIndexOf(run, objectId)
    const around = await this.#circumstances(run, index)
    return { runId: run.id, steps: whyOf(run, index, around) }
  }

  async #known(runId: string): Promise<Run> {
    const run = await this.#parts.conductor.look(runId)
    if (run === undefined) throw runNotKept(runId)
    return run
  }

  async #runWith(objectId: string): Promise<Run> {
    const { store, conductor } = this.#parts
    for (const query of [{ state: 'running' as const }, {}]) {
      for (const { runId } of await store.list({ ...query, limit: mostRuns })) {
        const run = await conductor.look(runId)
        if (run?.plan.indexOf.has(objectId)) return run
      }
    }
    throw new Fault('OBJECT_UNKNOWN', `none of the newest ${mostRuns} runs has an object ${objectId}`)
  }

  async #circumstances(run: Run, index: number): Promise<Circumstances> {
    const { leases, directory, builds, clock } = this.#parts
    const announced = announcedAbove(run, index).slice(0, mostHolders)
    const attempts = announced.map((one) => ({
      runId: run.id,
      objectId: at(run.plan.objects, one).id,
      attempt: run.attemptOf(one),
    }))
    // What cannot be known now is left out: the run itself has most of the answer.
    const [holders, workers, owners] = await Promise.all([
      leases.holders(attempts).catch((): readonly AttemptHolder[] => []),
      directory.workers().catch((): readonly LiveWorker[] => []),
      builds.ownersOf(run, attempts).catch((): readonly undefined[] => []),
    ])
    const holderOf = new Map(announced.map((one, place) => [one, holders[place]]))
    const ownerOf = new Map(announced.map((one, place) => [one, owners[place]]))
    const crews = crewsOf(workers)
    return {
      nowMs: clock.nowMs(),
      holderOf: (one) => holderOf.get(one),
      crewOf: (zone) => crews.get(zone),
      joinedTo: (one) => ownerOf.get(one),
    }
  }
}

/** What the store has lost comes back first: until then nothing can be said of a run, and nothing of it is decided. */
function rebuilding(objectId: string): WhyStep {
  const reason = 'redis-rebuilding' as const
  const seen = {
    objectId,
    name: undefined,
    state: 'unknown',
    reason,
    sinceMs: undefined,
    degraded: [],
  } as const
  return { ...seen, ...rebuildingWords }
}
