// A house in memory whose runs somebody damages, and the doctor who looks at it.

import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { buildOrchestrator, type Orchestrator } from '../../orchestrator/build-orchestrator.ts'
import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import type { RunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import type { AttemptName, Holder } from '../../orchestrator/ports/lease-book.ts'
import { Restorer } from '../../orchestrator/services/restorer.ts'
import type { OpenRequest } from '../../orchestrator/services/run-opener.ts'
import { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import { zones } from '../../shared/base/layer.ts'
import { allTopics, defaultTopics, readyTopic } from '../../shared/events/topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import { BriefReplica } from '../../tools/doctor/consistency/brief-replica.ts'
import type { SeenPosition } from '../../tools/doctor/consistency/check-group.ts'
import type { Finding } from '../../tools/doctor/consistency/finding.ts'
import type { GroupNames } from '../../tools/doctor/consistency/group-offsets.ts'
import { Inspector } from '../../tools/doctor/consistency/inspector.ts'
import { JournalSurvey } from '../../tools/doctor/consistency/journal-survey.ts'
import { Repairer, repairsOf } from '../../tools/doctor/consistency/repairer.ts'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { InspectableStore } from './inspectable-store.ts'
import { livelyZones } from './lively-zones.ts'
import { openRequest, patient } from './replica-bench.ts'

const topics = defaultTopics
const names: GroupNames = {
  answers: { group: 'orchestrator', topics: [topics.loaded, topics.failed] },
  zones: zones.map((zone) => ({ zone, group: `zone.${zone}`, topic: readyTopic(topics, zone) })),
}

export class DoctorBench {
  readonly clock = new VirtualClock()
  readonly broker = new MemoryBroker({ clock: this.clock, partitions: 2, keep: new Set(allTopics(topics)) })
  readonly transport = new MemoryTransport(this.broker)
  readonly store = new InspectableStore(() => this.clock.nowMs())
  /** By object, or by run and object: who has its attempt. */
  readonly holders = new Map<string, Holder>()
  /** By group: how many are in it. */
  readonly members = new Map<string, number>([names.answers, ...names.zones].map(({ group }) => [group, 1]))
  /** By group, topic and partition: where it is, instead of where the broker has it. */
  readonly offsets = new Map<string, number>()
  readonly builds = new MemoryBuildRegistry(() => this.clock.nowMs())
  readonly #orchestrator: Orchestrator
  #chance = 0

  constructor() {
    this.#orchestrator = buildOrchestrator({
      ...this.#parts(),
      drainMs: 5_000,
      meter: silentMeter,
      beat: () => {},
    })
  }

  #parts() {
    const { store, transport, clock } = this
    const random = () => 0.1 + this.#chance++ / 10_000
    const ways = {
      group: 'orchestrator',
      timeZone: 'UTC',
      registry: new MemoryLoadRegistry(),
      builds: this.builds,
      recovery: store,
      leases: new MemoryAttemptLedger(() => clock.nowMs()),
      directory: livelyZones,
    }
    const base = { store, inspection: store, transport, clock, random, logger: silentLogger, topics }
    return { ...base, ...ways, journal: topics.journal }
  }

  /** An orchestrator opens the run. */
  async open(runId: string, plan: Plan, policy: Partial<RunPolicy> = {}): Promise<void> {
    await this.#open(openRequest(runId, plan, { policy: { ...patient, ...policy } }))
  }

  /** As `open`, for a date: runs of one date share builds. */
  async openDated(runId: string, plan: Plan): Promise<void> {
    await this.#open(openRequest(runId, plan, { policy: patient, businessDate: '2026-11-21' }))
  }

  async #open(request: OpenRequest): Promise<void> {
    await this.#orchestrator.start()
    await this.#orchestrator.opener.open(request)
    await this.clock.advance(0)
  }

  /** Somebody cancels the run; the orchestrator takes it. */
  async cancel(runId: string): Promise<void> {
    const input = { kind: 'cancel', reason: 'a test wants it' } as const
    this.#orchestrator.conductor.submit(runId, { input, settle: () => {}, refuse: () => {} })
    await this.clock.advance(0)
  }

  /** A zone answers; the orchestrator takes it. */
  async answer(runId: string, objectId: string, status = 'loaded'): Promise<void> {
    const value = JSON.stringify({ id: objectId, run_id: runId, status })
    await this.transport.publish([{ topic: topics.loaded, key: runId, value }])
    await this.clock.advance(0)
  }

  /** From now on nobody decides anything. */
  async leave(): Promise<void> {
    const stopped = this.#orchestrator.stop()
    await this.clock.advance(0)
    await stopped
  }

  /** Every zone has taken what waited for it. */
  takeReady(): void {
    for (const { group, topic } of names.zones) this.#moveToEnd(group, topic)
    for (const topic of names.answers.topics) this.#moveToEnd(names.answers.group, topic)
  }

  async findings(runId?: string): Promise<readonly Finding[]> {
    const found: Finding[] = []
    const parts = this.#parts()
    const survey = new JournalSurvey({ ...parts, progress: () => {} })
    const offsets = {
      positions: this.#positions,
      members: async (group: string) => this.members.get(group) ?? 0,
    }
    const holders = {
      holders: async (attempts: readonly AttemptName[]) => attempts.map((one) => this.#holderOf(one)),
    }
    const inspector = new Inspector({ ...parts, survey, offsets, holders, names }, runId)
    for await (const finding of inspector.findings()) found.push(finding)
    return found
  }

  async codes(runId?: string): Promise<readonly string[]> {
    return (await this.findings(runId)).map(({ code }) => code)
  }

  /** Makes the repairs that the findings ask for; tells what became of each. */
  async fix(): Promise<readonly string[]> {
    const replica = new BriefReplica(this.#parts())
    const repairer = this.repairer(replica)
    const outcomes: string[] = []
    for (const repair of repairsOf(await this.findings())) {
      const { outcome } = await repairer.repair(repair)
      outcomes.push(`${repair.kind} ${outcome}`)
    }
    const stopped = replica.stop()
    await this.clock.advance(0)
    await stopped
    return outcomes
  }

  repairer(replica = new BriefReplica(this.#parts())): Repairer {
    const parts = this.#parts()
    return new Repairer({
      ...parts,
      restorer: new Restorer(parts),
      attend: (runId) => replica.attend(runId),
      moveTo: async (group, topic, partition, offset) => {
        this.offsets.set(`${group} ${topic} ${partition}`, offset)
      },
    })
  }

  /** What stands in a topic, as JSON. */
  async recordsOf(
    topic: string,
    isWanted: (value: Record<string, unknown>) => boolean = () => true,
  ): Promise<readonly Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = []
    await this.transport.scan(topic, undefined, ({ value }) => void found.push(JSON.parse(String(value))))
    return found.filter(isWanted)
  }

  #holderOf({ runId, objectId }: AttemptName): Holder {
    return this.holders.get(`${runId} ${objectId}`) ?? this.holders.get(objectId) ?? { kind: 'free' }
  }

  #moveToEnd(group: string, topic: string): void {
    for (const [partition, { end }] of this.broker.logs(topic).entries())
      this.offsets.set(`${group} ${topic} ${partition}`, end)
  }

  readonly #positions = async (group: string, wanted: readonly string[]): Promise<readonly SeenPosition[]> =>
    wanted.flatMap((topic) =>
      this.broker.logs(topic).map(({ start, end }, partition) => {
        const moved = this.offsets.get(`${group} ${topic} ${partition}`)
        const committed = moved ?? this.broker.positionOf(group, topic, partition)
        return { topic, partition, committed, start, end }
      }),
    )
}
