// Does what findings ask for, each thing once and so that it may be done twice, beside orchestrators that live.

import { planFromChunks } from '../../../orchestrator/core/graph/plan-chunks.ts'
import { announce } from '../../../orchestrator/core/run/announce.ts'
import { type AskedRecord, buildGroupOf } from '../../../orchestrator/core/run/build.ts'
import { parseCommit, replay } from '../../../orchestrator/core/run/commit-record.ts'
import { planRecords } from '../../../orchestrator/core/run/journal.ts'
import { Run } from '../../../orchestrator/core/run/run.ts'
import type { BuildRegistry } from '../../../orchestrator/ports/build-registry.ts'
import type { AttemptName } from '../../../orchestrator/ports/lease-book.ts'
import type { RunStore } from '../../../orchestrator/ports/run-store.ts'
import type { StoreInspection } from '../../../orchestrator/ports/store-inspection.ts'
import { BuildGate } from '../../../orchestrator/services/build-gate.ts'
import type { Restorer } from '../../../orchestrator/services/restorer.ts'
import { messageOf } from '../../../shared/base/fault.ts'
import type { Topics } from '../../../shared/events/topics.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import { silentLogger } from '../../../shared/ports/logger.ts'
import { silentMeter } from '../../../shared/ports/meter.ts'
import type { Transport } from '../../../shared/ports/transport.ts'
import type { Finding, Repair } from './finding.ts'

export interface RepairerParts {
  readonly inspection: StoreInspection
  readonly store: RunStore
  readonly restorer: Pick<Restorer, 'rebuild' | 'restorePlan'>
  readonly transport: Pick<Transport, 'publish'>
  readonly builds: Pick<BuildRegistry, 'claim' | 'ownersOf' | 'leave'>
  readonly moveTo: (group: string, topic: string, partition: number, offset: number) => Promise<void>
  /** Decides what is due in a run, publishes what was not, and resolves then; see Conductor. */
  readonly attend: (runId: string) => Promise<void>
  readonly topics: Topics
  readonly clock: Clock
}

export interface Repaired {
  readonly repair: Repair
  /** `unneeded`: somebody else did it meanwhile. */
  readonly outcome: 'done' | 'would be done' | 'unneeded' | 'failed'
  readonly message: string
}

/** What others stand on comes first. */
const order: readonly Repair['kind'][] = [
  ...(['move-offset', 'rebuild', 'store-plan', 'enter', 'attend', 'journal-plan', 'announce'] as const),
  ...(['forget-counters', 'forget-head', 'forget-plan'] as const),
]

/** The repairs that findings ask for, each once. */
export function repairsOf(findings: readonly Finding[]): readonly Repair[] {
  const asked = findings.flatMap(({ repair }) => repair ?? [])
  const each = [...new Map(asked.map((repair) => [JSON.stringify(repair), repair])).values()]
  return each.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}

export class Repairer {
  readonly #parts: RepairerParts
  readonly #gate: BuildGate
  /** Attempts whose Ready events were sent again. */
  readonly #announced = new Set<string>()

  constructor(parts: RepairerParts) {
    this.#parts = parts
    this.#gate = new BuildGate({ ...parts, logger: silentLogger, meter: silentMeter })
  }

  /** Never rejects. */
  async repair(repair: Repair): Promise<Repaired> {
    const message = wordsOf(repair)
    try {
      return { repair, outcome: (await this.#do(repair)) ? 'done' : 'unneeded', message }
    } catch (error) {
      return { repair, outcome: 'failed', message: `${message}: ${messageOf(error)}` }
    }
  }

  /** False: there was nothing to do any more. */
  async #do(repair: Repair): Promise<boolean> {
    const { inspection, restorer, attend, moveTo } = this.#parts
    switch (repair.kind) {
      case 'rebuild':
        return this.#rebuild()
      case 'store-plan':
        return (await restorer.restorePlan(repair.runId, repair.plan)) !== undefined
      case 'journal-plan':
        return this.#journalPlan(repair.runId, repair.plan)
      case 'attend':
        await attend(repair.runId)
        return true
      case 'announce':
        return this.#announce(repair)
      case 'enter':
        await inspection.enter(repair.runId)
        return true
      case 'forget-counters':
        return inspection.forgetCounters(repair.runId)
      case 'forget-head':
        return inspection.forgetHead(repair.runId)
      case 'forget-plan':
        return inspection.forgetPlan(repair.plan)
      case 'move-offset':
        await moveTo(repair.group, repair.topic, repair.partition, repair.offset)
        return true
    }
  }

  /** What was restored may have to be published again, and nobody may live to do it. */
  async #rebuild(): Promise<boolean> {
    const { restorer, store, attend, clock } = this.#parts
    await restorer.rebuild()
    const nowMs = clock.nowMs()
    for (const runId of await store.needingAttention(nowMs, nowMs + 1)) await attend(runId)
    return true
  }

  async #journalPlan(runId: string, hash: string): Promise<boolean> {
    const { store, transport, topics, clock } = this.#parts
    const chunks = await store.loadPlan(hash)
    if (chunks === undefined) return false
    await transport.publish(planRecords({ runId, hash, chunks, atMs: clock.nowMs() }, topics.journal))
    return true
  }

  /** The very event that was sent before: a worker that has the attempt, or had it, knows it again. */
  async #announce(wanted: AttemptName): Promise<boolean> {
    const found = await this.#read(wanted.runId)
    const index = found?.run.plan.indexOf.get(wanted.objectId) ?? -1
    if (found?.run.stateOf(index) !== 'ready' || found.run.attemptOf(index) !== wanted.attempt) return false
    const group = buildGroupOf(found.run)
    const [owner] = group === undefined ? [] : await this.#parts.builds.ownersOf(group, [wanted])
    const { runId, objectId, attempt } = owner ?? wanted
    const name = JSON.stringify([runId, objectId, attempt])
    // One event does for all who wait for it.
    if (this.#announced.has(name)) return true
    // Its own run may not wait for it any more: then the answer is for those who joined.
    const from = owner === undefined ? found : await this.#read(runId)
    const records = from === undefined ? [] : readyAgain(from, owner ?? wanted, this.#parts.topics)
    await this.#gate.publish(records)
    this.#announced.add(name)
    return records.length > 0
  }

  async #read(runId: string): Promise<ReadRun | undefined> {
    const { store } = this.#parts
    const stored = await store.read(runId, 0)
    const plan = (await store.summary(runId))?.plan
    const chunks = plan === undefined ? undefined : await store.loadPlan(plan)
    if (stored === undefined || chunks === undefined) return undefined
    const run = new Run(runId, planFromChunks(chunks))
    replay(run, stored.records)
    return { run, commits: stored.records }
  }
}

interface ReadRun {
  readonly run: Run
  readonly commits: readonly string[]
}

function readyAgain(
  { run, commits }: ReadRun,
  { objectId, attempt }: AttemptName,
  topics: Topics,
): readonly AskedRecord[] {
  for (const text of commits) {
    const commit = parseCommit(text)
    const facts = commit.facts.filter(
      (fact) => fact.type === 'object-ready' && fact.object_id === objectId && fact.attempt === attempt,
    )
    if (facts.length === 0) continue
    const said = announce(run, { ...commit, facts }, text, topics)
    return said.filter(({ topic }) => topic.startsWith(`${topics.ready}.`))
  }
  return []
}

/** What a repair does, in words. */
export function wordsOf(repair: Repair): string {
  switch (repair.kind) {
    case 'rebuild':
      return 'rebuild Redis from the journal, and publish what may not have been'
    case 'store-plan':
      return `put plan ${repair.plan} of run ${repair.runId} back in Redis`
    case 'journal-plan':
      return `journal plan ${repair.plan} of run ${repair.runId} again`
    case 'attend':
      return `decide what is due in run ${repair.runId}, and publish what was not`
    case 'announce':
      return `send the Ready event of attempt ${repair.attempt} of object ${repair.objectId} of run ${repair.runId} again`
    case 'enter':
      return `enter run ${repair.runId} among those that orchestrators look at`
    case 'forget-counters':
      return `remove the retry counters of run ${repair.runId}`
    case 'forget-head':
      return `remove the head of run ${repair.runId}`
    case 'forget-plan':
      return `remove plan ${repair.plan} from Redis`
    case 'move-offset':
      return `move group ${repair.group} to offset ${repair.offset} of ${repair.topic}/${repair.partition}`
  }
}
