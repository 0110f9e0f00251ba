// Opens a run over a plan: keeps the plan, journals it, finds what is fresh, and has the opening decided.

import { at } from '../../shared/base/assert.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Transport } from '../../shared/ports/transport.ts'
import type { Plan } from '../core/graph/plan.ts'
import { planChunks } from '../core/graph/plan-chunks.ts'
import { planRecords } from '../core/run/journal.ts'
import type { ReusableLoad } from '../core/run/run-input.ts'
import type { RunPolicy } from '../core/run/run-policy.ts'
import { freshLoads } from '../core/schedule/freshness.ts'
import { dateIn } from '../core/schedule/schedule.ts'
import { waitInstants } from '../core/schedule/wait-instants.ts'
import type { LoadRegistry } from '../ports/load-registry.ts'
import type { RunStore } from '../ports/run-store.ts'
import type { Conductor } from './conductor.ts'
import type { Restorer } from './restorer.ts'

export interface OpenRequest {
  readonly runId: string
  readonly plan: Plan
  readonly tenant: string
  readonly workflow?: string
  readonly businessDate?: string
  readonly policy: RunPolicy
  /** `fresh`: objects loaded since their last scheduled tick are not loaded again. */
  readonly reuse: 'none' | 'fresh'
  /** Where links wait until a time of day; default: that of the house. */
  readonly timeZone?: string
  /** The run whose failures this one makes good, and what of it is not loaded again. */
  readonly rerun?: RerunOf
}

/** What a run takes over of the one whose failures it makes good. */
export interface RerunOf {
  readonly of: string
  readonly reused: readonly ReusableLoad[]
  readonly by: string
  readonly reason?: string
  /** Its links wait until the same instants. */
  readonly waitUntilMs?: Readonly<Record<string, number>>
}

export interface RunOpenerParts {
  readonly store: RunStore
  readonly registry: LoadRegistry
  readonly transport: Pick<Transport, 'publish'>
  readonly conductor: Conductor
  readonly restorer: Pick<Restorer, 'whole'>
  readonly topics: Topics
  readonly clock: Clock
  readonly timeZone: string
}

/** Bytes of a plan's chunk: as JSON inside a journal record it may grow by escapes and must stay below the limit. */
const chunkBytes = 400_000

export class RunOpener {
  readonly #parts: RunOpenerParts
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(parts: RunOpenerParts) {
    this.#parts = parts
  }

  /**
   * Resolves when the run is open and its first objects are announced. `exists`: a run of this id was
   * opened before, over whatever plan; nothing was changed. Rejects with a Fault when it could not be
   * opened; then it may be tried again with the same id. Of calls with one id in this process, one at most is told `opened`.
   */
  async open(request: OpenRequest): Promise<'opened' | 'exists'> {
    const { runId } = request
    // Decided together, all of them would see the one fact that the run was opened.
    while (this.#underWay.has(runId)) await this.#underWay.get(runId)
    const opening = this.#open(request)
    const over = opening.then(
      () => this.#underWay.delete(runId),
      () => this.#underWay.delete(runId),
    )
    this.#underWay.set(runId, over)
    return opening
  }

  async #open(request: OpenRequest): Promise<'opened' | 'exists'> {
    const { store, transport, topics, clock } = this.#parts
    // A store that was emptied does not know which runs were opened before. Were it emptied between two looks, the first
    // would see a run whose opening is lost, and the second that what is there of it is published.
    if (await this.#parts.restorer.whole(() => this.#isOpen(request.runId))) return 'exists'
    const chunks = planChunks(request.plan, chunkBytes)
    const { runId, plan } = request
    await store.savePlan(plan.hash, chunks)
    await transport.publish(
      planRecords({ runId, hash: plan.hash, chunks, atMs: clock.nowMs() }, topics.journal),
    )
    return this.#submit(request, await this.#reusable(request), await this.#lastLoads(request))
  }

  /** Of parents that a child may go on without, as long as their last load is not too old. */
  async #lastLoads({ plan, tenant }: OpenRequest): Promise<readonly ReusableLoad[]> {
    const ids = new Set<string>()
    for (const [place, { kind }] of plan.linkPolicies)
      if (kind === 'stale-ok') ids.add(at(plan.objects, at(plan.parents.targets, place)).id)
    return ids.size === 0 ? [] : [...(await this.#parts.registry.lastLoads(tenant, [...ids])).values()]
  }

  // An opening that nobody has published yet may still be lost: it is not promised before it is.
  async #isOpen(runId: string): Promise<boolean> {
    const { store } = this.#parts
    if ((await store.summary(runId)) === undefined) return false
    const stored = await store.read(runId, Number.MAX_SAFE_INTEGER)
    return stored === undefined || stored.relayed === stored.version
  }

  async #reusable({ reuse, plan, tenant, rerun }: OpenRequest): Promise<readonly ReusableLoad[]> {
    if (rerun !== undefined) return rerun.reused
    if (reuse === 'none') return []
    const { registry, clock, timeZone } = this.#parts
    const ids = plan.objects.map((object) => object.id)
    return freshLoads(plan, await registry.lastLoads(tenant, ids), clock.nowMs(), timeZone)
  }

  #submit(
    request: OpenRequest,
    reused: readonly ReusableLoad[],
    lastLoads: readonly ReusableLoad[],
  ): Promise<'opened' | 'exists'> {
    const { runId, plan, tenant, workflow, businessDate, policy, rerun } = request
    const waitUntilMs = rerun?.waitUntilMs ?? this.#waitInstants(request)
    const names = {
      ...(workflow === undefined ? {} : { workflow }),
      ...(businessDate === undefined ? {} : { businessDate }),
      ...(rerun === undefined ? {} : { rerunOf: rerun.of, by: rerun.by }),
      ...(rerun?.reason === undefined ? {} : { reason: rerun.reason }),
      ...(waitUntilMs === undefined ? {} : { waitUntilMs }),
      ...(lastLoads.length === 0 ? {} : { lastLoads }),
    }
    return new Promise((resolve, reject) => {
      const work = {
        input: { kind: 'open', tenant, ...names, policy, reused } as const,
        settle: (facts: readonly { readonly type: string }[]) =>
          resolve(facts.some((fact) => fact.type === 'run-opened') ? 'opened' : 'exists'),
        refuse: reject,
      }
      this.#parts.conductor.submit(runId, work, plan)
    })
  }

  #waitInstants({ plan, businessDate, timeZone = this.#parts.timeZone }: OpenRequest) {
    if (plan.linkPolicies.size === 0) return undefined
    return waitInstants(plan, businessDate ?? dateIn(timeZone, this.#parts.clock.nowMs()), timeZone)
  }
}
