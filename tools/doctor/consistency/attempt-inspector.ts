// Looks after the attempts that are out: whether each has a worker, waits for one, or waits for its time.

import type { BuildRegistry } from '../../../orchestrator/ports/build-registry.ts'
import type { LeaseBook } from '../../../orchestrator/ports/lease-book.ts'
import type { RunStore } from '../../../orchestrator/ports/run-store.ts'
import { Fault } from '../../../shared/base/fault.ts'
import type { Zone } from '../../../shared/base/layer.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import {
  checkDeadlines,
  checkHolders,
  type OpenAttempt,
  openAttempts,
  type Worker,
} from './check-attempts.ts'
import { lagOf } from './check-group.ts'
import { type Finding, found } from './finding.ts'
import type { GroupNames, GroupOffsets } from './group-offsets.ts'

export interface AttemptInspectorParts {
  readonly store: Pick<RunStore, 'read' | 'loadPlan'>
  readonly holders: Pick<LeaseBook, 'holders'>
  readonly builds: Pick<BuildRegistry, 'ownersOf'>
  readonly offsets: Pick<GroupOffsets, 'positions'>
  readonly names: GroupNames
  readonly clock: Clock
  readonly graceMs: number
}

interface Open {
  readonly last: string
  readonly attempts: readonly OpenAttempt[]
}

export class AttemptInspector {
  readonly #parts: AttemptInspectorParts
  /** The hash of the plan, by run. */
  readonly #plans = new Map<string, string>()

  constructor(parts: AttemptInspectorParts) {
    this.#parts = parts
  }

  /** The attempts of this run, which goes on, are to be looked after. */
  remember(runId: string, plan: string): void {
    this.#plans.set(runId, plan)
  }

  /** One run in memory at a time. */
  async *findings(): AsyncGenerator<Finding> {
    for (const [runId, plan] of this.#plans) {
      try {
        yield* await this.#check(runId, plan)
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'RUN_CORRUPT') throw error
        yield unreadable(runId, error)
      }
    }
  }

  async #check(runId: string, plan: string): Promise<readonly Finding[]> {
    const open = await this.#openOf(runId, plan)
    if (open === undefined || open.attempts.length === 0) return []
    const beforeMs = this.#parts.clock.nowMs() - this.#parts.graceMs
    const overdue = checkDeadlines(open.attempts, beforeMs)
    // Whoever decides what is due finds all that is.
    if (overdue.length > 0) return (await this.#isStill(runId, open.last)) ? overdue : []
    const old = open.attempts.filter(({ announcedAtMs }) => announcedAtMs < beforeMs)
    const workers = await this.#workersFor(old)
    const lost = old.length === 0 ? [] : checkHolders(old, workers, await this.#waits())
    // What was answered meanwhile is lost no more.
    return lost.length > 0 && (await this.#isStill(runId, open.last)) ? lost : []
  }

  /** Of attempts of one run: zones know nothing of those that joined a build. */
  async #workersFor(attempts: readonly OpenAttempt[]): Promise<readonly Worker[]> {
    const { builds, holders } = this.#parts
    const group = attempts[0]?.group
    const owners = group === undefined ? [] : await builds.ownersOf(group, attempts)
    const known = await holders.holders(attempts.map((attempt, index) => owners[index] ?? attempt))
    return known.map((holder, index) => ({ holder, owner: owners[index] }))
  }

  async #openOf(runId: string, plan: string): Promise<Open | undefined> {
    const { store } = this.#parts
    const [stored, chunks] = [await store.read(runId, 0), await store.loadPlan(plan)]
    if (stored === undefined || chunks === undefined) return undefined
    return { last: stored.last, attempts: openAttempts(runId, stored.records, chunks) }
  }

  async #isStill(runId: string, last: string): Promise<boolean> {
    const stored = await this.#parts.store.read(runId, Number.MAX_SAFE_INTEGER)
    return stored?.last === last
  }

  /** Where something waits to be read, anything may be among it. */
  async #waits(): Promise<{ readonly zones: ReadonlySet<Zone>; readonly answers: boolean }> {
    const { names } = this.#parts
    const zones = new Set<Zone>()
    for (const { zone, group, topic } of names.zones) if (await this.#hasLag(group, [topic])) zones.add(zone)
    return { zones, answers: await this.#hasLag(names.answers.group, names.answers.topics) }
  }

  async #hasLag(group: string, topics: readonly string[]): Promise<boolean> {
    const positions = await this.#parts.offsets.positions(group, topics)
    return positions.some((position) => lagOf(position) > 0)
  }
}

function unreadable(runId: string, fault: Fault): Finding {
  return found('RUN_UNREADABLE', {
    state: 'fail',
    subject: `run ${runId}`,
    message: fault.message,
    advice: 'see RUN_CORRUPT in docs/faults.md; --fix leaves it',
    repair: null,
  })
}
