// Looks whether journal, store and consumer groups agree, run by run, and tells each thing on which they do not.

import type { BuildRegistry } from '../../../orchestrator/ports/build-registry.ts'
import type { LeaseBook } from '../../../orchestrator/ports/lease-book.ts'
import type { RunRecovery } from '../../../orchestrator/ports/run-recovery.ts'
import type { RunStore } from '../../../orchestrator/ports/run-store.ts'
import type { SeenRun, StoreInspection } from '../../../orchestrator/ports/store-inspection.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import { AttemptInspector } from './attempt-inspector.ts'
import { checkGroup, type SeenGroup } from './check-group.ts'
import { checkCounters, checkOutcomes, checkPlan, checkPlanOfRun } from './check-orphans.ts'
import { checkRun, type RunTimes } from './check-run.ts'
import { type Finding, found } from './finding.ts'
import type { GroupNames, GroupOffsets } from './group-offsets.ts'
import type { JournalSurvey } from './journal-survey.ts'

export interface InspectorParts {
  readonly survey: JournalSurvey
  readonly inspection: StoreInspection
  readonly store: Pick<RunStore, 'read' | 'loadPlan'>
  readonly recovery: Pick<RunRecovery, 'whole'>
  readonly holders: Pick<LeaseBook, 'holders'>
  readonly builds: Pick<BuildRegistry, 'ownersOf'>
  readonly offsets: GroupOffsets
  readonly names: GroupNames
  readonly clock: Clock
}

/** What an orchestrator that lives does within seconds is no finding before. */
const graceMs = 30_000
/** See HEAD_KEPT_MS of the Redis store; a day less, so that nothing is missed while it expires. */
const headsKeptMs = 399 * 86_400_000
const runsPerPage = 200

export class Inspector {
  readonly #parts: InspectorParts
  readonly #only: string | undefined
  readonly #usedPlans = new Set<string>()
  /** Runs that had more in the store than in the journal: the journal may have got it since. */
  readonly #ahead: SeenRun[] = []
  readonly #attempts: AttemptInspector
  #runs = 0

  /** Of one run only, when it is given. */
  constructor(parts: InspectorParts, runId: string | undefined) {
    this.#parts = parts
    this.#only = runId
    this.#attempts = new AttemptInspector({ ...parts, graceMs })
  }

  /** How many runs were looked at. */
  get runs(): number {
    return this.#runs
  }

  /** Rejects with the Fault of whatever does not answer, and with FORMAT_NEWER. */
  async *findings(): AsyncGenerator<Finding> {
    const { survey, recovery } = this.#parts
    const whole = await recovery.whole()
    await survey.read(this.#only)
    for await (const page of this.#pages()) yield* this.#checkPage(page)
    if (this.#ahead.length > 0) await survey.read(this.#only)
    for (const seen of this.#ahead) yield* this.#checkSeen(seen)
    if (whole === undefined && this.#runs > 0) yield notWhole
    yield* this.#attempts.findings()
    if (this.#only !== undefined) return
    for await (const page of this.#parts.inspection.seenPlans())
      for (const plan of page) yield* checkPlan(plan, this.#usedPlans)
    yield* this.#checkGroups()
  }

  /** Every run of the store and of the journal, each once. */
  async *#pages(): AsyncGenerator<readonly string[]> {
    const { inspection, survey } = this.#parts
    if (this.#only !== undefined) return yield [this.#only]
    const told = new Set<string>()
    for await (const ids of inspection.runIds()) yield* pagesOf(ids.filter((id) => isNew(told, id)))
    const others = [...survey.chains()].map(({ runId }) => runId)
    yield* pagesOf(others.filter((id) => isNew(told, id)))
  }

  async *#checkPage(runIds: readonly string[]): AsyncGenerator<Finding> {
    const { inspection, survey } = this.#parts
    for (const seen of await inspection.look(runIds)) {
      const chain = survey.chain(seen.runId)
      if (chain === undefined && seen.head === undefined && seen.counters === undefined) continue
      this.#runs++
      if (seen.head?.plan !== undefined) this.#usedPlans.add(seen.head.plan)
      if (chain?.plan !== undefined) this.#usedPlans.add(chain.plan)
      yield* checkCounters(seen)
      if (chain !== undefined) yield* checkOutcomes(chain)
      if (seen.ids.length > (chain?.ids.length ?? 0)) this.#ahead.push(seen)
      else yield* this.#checkSeen(seen)
    }
  }

  async *#checkSeen(seen: SeenRun): AsyncGenerator<Finding> {
    const { survey, inspection, clock } = this.#parts
    const chain = survey.chain(seen.runId)
    const times: RunTimes = { nowMs: clock.nowMs(), graceMs, headsKeptMs }
    const findings = checkRun(chain, seen, times)
    yield* findings
    const plan = seen.head?.plan
    if (findings.length > 0 || plan === undefined || seen.head?.hasEnded !== false) return
    const has = { store: await inspection.hasPlan(plan), journal: chain?.hasPlan ?? true }
    yield* checkPlanOfRun(seen.runId, plan, has)
    if (has.store) this.#attempts.remember(seen.runId, plan)
  }

  async *#checkGroups(): AsyncGenerator<Finding> {
    const { answers, zones } = this.#parts.names
    const groups = [answers, ...zones.map(({ group, topic }) => ({ group, topics: [topic] }))]
    for (const { group, topics } of groups) yield* checkGroup(await this.#seenGroup(group, topics))
  }

  async #seenGroup(group: string, topics: readonly string[]): Promise<SeenGroup> {
    const { offsets } = this.#parts
    const [positions, members] = [await offsets.positions(group, topics), await offsets.members(group)]
    return { group, members, positions }
  }
}

const notWhole: Finding = found('STORE_NOT_WHOLE', {
  state: 'fail',
  subject: 'redis',
  message: 'Redis was emptied or started anew, and has not been rebuilt since',
  advice: 'an orchestrator that runs rebuilds it by itself; without one millefeuille doctor --fix does',
  repair: { kind: 'rebuild' },
})

function isNew(told: Set<string>, id: string): boolean {
  if (told.has(id)) return false
  told.add(id)
  return true
}

function* pagesOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let first = 0; first < ids.length; first += runsPerPage) yield ids.slice(first, first + runsPerPage)
}
