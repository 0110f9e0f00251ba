// Where every object of a run stands by the facts that were said so far, kept apart from the product.

import type { Plan } from '../../../orchestrator/core/graph/plan.ts'
import type { ObjectLastLoad, RunFact, RunOpened } from '../../../orchestrator/core/run/run-fact.ts'
import type { RunPolicy } from '../../../orchestrator/core/run/run-policy.ts'
import { assert } from '../../../shared/base/assert.ts'
import type { Degradation } from '../../../shared/events/degradation.ts'
import { type LinkTerms, linksOf, type Patience, patienceOf } from './terms.ts'

type State =
  | 'waiting'
  | 'ready'
  | 'retrying'
  | 'loaded'
  | 'reused'
  | 'skipped'
  | 'failed'
  | 'blocked'
  | 'cancelled'

export interface Standing {
  readonly state: State
  /** When it came to that, by the clock of the run. */
  readonly sinceMs: number
  /** The newest attempt that was announced; 0: none. */
  readonly attempt: number
  /** When its retry is due, or what is out is given up; Infinity: never. */
  readonly dueAtMs: number
  /** Failures that count, since it was set back. */
  readonly failures: number
  /** What it goes on without, or with an old load of: in the attempt that is out, or in the one that counts. */
  readonly degraded: readonly Degradation[]
  /** The same of each attempt that was announced. */
  readonly degradedIn: ReadonlyMap<number, readonly Degradation[]>
  /** Somebody has set it back. */
  readonly isSetBack: boolean
}

const unseen: Standing = {
  ...{ state: 'waiting', sinceMs: 0, attempt: 0, dueAtMs: Number.POSITIVE_INFINITY, failures: 0 },
  ...{ degraded: [], degradedIn: new Map(), isSetBack: false },
}

/** Where a fact leads; what is not here moves nothing. */
const leadsTo: Readonly<Partial<Record<RunFact['type'], State>>> = {
  'object-ready': 'ready',
  'object-retry-scheduled': 'retrying',
  'object-loaded': 'loaded',
  'object-marked-loaded': 'loaded',
  'late-result-accepted': 'loaded',
  'object-reused': 'reused',
  'object-skipped': 'skipped',
  'object-failed': 'failed',
  'object-blocked': 'blocked',
  'object-cancelled': 'cancelled',
  'object-reset': 'waiting',
}

export class RunBook {
  readonly plan: Plan
  opened: RunOpened | undefined
  openedAtMs = 0
  /** When the last load of an object from before the run was made. */
  readonly lastLoads = new Map<string, ObjectLastLoad>()
  readonly #asked: RunPolicy
  readonly #standings = new Map<string, Standing>()

  /** `asked`: what counts until the run itself says what does. */
  constructor(plan: Plan, asked: RunPolicy) {
    this.plan = plan
    this.#asked = asked
  }

  of(objectId: string): Standing {
    return this.#standings.get(objectId) ?? unseen
  }

  take(fact: RunFact, atMs: number): void {
    if (fact.type === 'run-opened') {
      this.opened = fact
      this.openedAtMs = atMs
    }
    if (fact.type === 'object-last-load') this.lastLoads.set(fact.object_id, fact)
    const state = leadsTo[fact.type]
    if (state === undefined || !('object_id' in fact)) return
    const before = this.of(fact.object_id)
    const moved = { ...before, state, sinceMs: atMs, dueAtMs: Number.POSITIVE_INFINITY }
    this.#standings.set(fact.object_id, { ...moved, ...newsOf(fact, before) })
  }

  linksOf(objectId: string): readonly LinkTerms[] {
    return linksOf(this.#object(objectId))
  }

  patienceOf(objectId: string): Patience {
    return patienceOf(this.opened?.policy ?? this.#asked, this.#object(objectId))
  }

  isThere(objectId: string): boolean {
    return ['loaded', 'reused', 'skipped'].includes(this.of(objectId).state)
  }

  isGone(objectId: string): boolean {
    return ['failed', 'blocked', 'cancelled'].includes(this.of(objectId).state)
  }

  /** Until when the child waits for a parent that is not gone; Infinity: as long as it takes. */
  waitEndMs({ waitUntil }: LinkTerms): number {
    return this.opened?.wait_until_ms?.[waitUntil ?? ''] ?? Number.POSITIVE_INFINITY
  }

  /** Whether nothing that becomes of the parent keeps the child: it can do without, or has a load that serves. */
  isDispensable({ parent, kind, maxAgeMs }: LinkTerms, atMs: number): boolean {
    if (kind !== 'stale-ok') return kind === 'optional'
    const load = this.lastLoads.get(parent)
    return load !== undefined && atMs - load.loaded_at_ms <= maxAgeMs
  }

  #object(objectId: string) {
    const object = this.plan.objects[this.plan.indexOf.get(objectId) ?? -1]
    assert(object !== undefined, `${objectId} is in the plan`)
    return object
  }
}

/** What the fact says beside where it leads. */
function newsOf(fact: RunFact, { failures, degradedIn }: Standing): Partial<Standing> {
  switch (fact.type) {
    case 'object-ready':
      return {
        attempt: fact.attempt,
        degraded: fact.degraded ?? [],
        degradedIn: new Map([...degradedIn, [fact.attempt, fact.degraded ?? []]]),
        dueAtMs: fact.deadline_ms ?? Number.POSITIVE_INFINITY,
      }
    case 'object-retry-scheduled': {
      const isSpared = fact.given_up !== undefined && fact.given_up !== 'timed-out'
      return { dueAtMs: fact.due_at_ms, failures: failures + (isSpared ? 0 : 1) }
    }
    case 'object-reset':
      return { failures: 0, isSetBack: true, degraded: [] }
    case 'object-blocked':
    case 'object-skipped':
    case 'object-marked-loaded':
      // No attempt of its own counts with it.
      return { degraded: [] }
    case 'late-result-accepted':
      return { degraded: degradedIn.get(fact.attempt) ?? [] }
    default:
      return {}
  }
}
