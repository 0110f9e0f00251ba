// Replicas of an orchestrator's decisions over one store and one broker, in virtual time and with calls that go wrong on demand.

import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { definePlanOfObjects } from '../../orchestrator/core/graph/define-plan.ts'
import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { parseCommit } from '../../orchestrator/core/run/commit-record.ts'
import type { CommitRecord, RunFact } from '../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../orchestrator/core/run/run-input.ts'
import { defaultRunPolicy, type RunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import { Conductor } from '../../orchestrator/services/conductor.ts'
import { Relay } from '../../orchestrator/services/relay.ts'
import { type OpenRequest, RunOpener } from '../../orchestrator/services/run-opener.ts'
import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import { assert } from '../../shared/base/assert.ts'
import type { Fault } from '../../shared/base/fault.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import type { OutgoingRecord } from '../../shared/ports/transport.ts'
import { type Sketch, sketchOf } from './plan-of.ts'
import { recordingLogger } from './recording-logger.ts'
import { Strikes } from './strikes.ts'
import { wholeStore } from './whole-store.ts'

/** A plan as `planOf` sketches it, made by the product: its hash is that of its content. */
export function realPlanOf(sketch: Sketch): Plan {
  const parentsOf = (id: string) => sketchOf(sketch[id] ?? []).parents
  const levelOf = (id: string): number => 1 + Math.max(-1, ...parentsOf(id).map(levelOf))
  const objects = Object.entries(sketch).map(([id, value]) => {
    const {
      parents,
      layer = Math.min(3000, 1000 * (levelOf(id) + 1)),
      criticality = 'medium',
    } = sketchOf(value)
    return { id, layer, parents, criticality }
  })
  const defined = definePlanOfObjects({ objects, selection: { all: true } })
  assert(defined.ok, 'a sketched plan is valid')
  return defined.value.plan
}

/** Nothing is due by itself. */
export const patient: RunPolicy = { ...defaultRunPolicy, answer_timeout_ms: null, run_timeout_ms: null }

/** What became of an input. */
export interface Submitted {
  settled: readonly RunFact[] | undefined
  refused: Fault | undefined
  /** How often it was settled or refused. */
  ends: number
}

type StoreMethod = 'savePlan' | 'loadPlan' | 'commit' | 'read' | 'markRelayed' | 'postpone'

export class Replica {
  readonly logger = recordingLogger()
  readonly relay: Relay
  readonly conductor: Conductor
  readonly opener: RunOpener
  readonly store: RunStore
  /** Commits that were kept here, in order. */
  readonly kept: CommitRecord[] = []
  /** Commits of these that were published and not lost. */
  readonly relayed: CommitRecord[] = []
  /** To strike calls of the store, and of the transport. */
  readonly calls: Readonly<Record<StoreMethod | 'publish', Strikes>>

  constructor(bench: ReplicaBench) {
    this.calls = {
      savePlan: new Strikes(),
      loadPlan: new Strikes(),
      commit: new Strikes(),
      read: new Strikes(),
      markRelayed: new Strikes(),
      postpone: new Strikes(),
      publish: new Strikes(),
    }
    this.store = struckStore(bench.store, this.calls)
    const transport = {
      publish: (records: readonly OutgoingRecord[]) =>
        this.calls.publish.call(async () => void bench.published.push(...records)),
    }
    const { clock } = bench
    const shared = { store: this.store, transport, clock, logger: this.logger, topics: defaultTopics }
    const parts = { ...shared, restorer: wholeStore, random: () => 0.5 + bench.replicas++ / 1_000 }
    this.relay = new Relay(parts)
    const kept = (_: unknown, commit: CommitRecord) => void this.kept.push(commit)
    const relayed = (_: unknown, commit: CommitRecord) => void this.relayed.push(commit)
    this.conductor = new Conductor({ ...parts, relay: this.relay, kept, relayed })
    const registry = new MemoryLoadRegistry()
    this.opener = new RunOpener({ ...parts, conductor: this.conductor, registry, timeZone: 'UTC' })
  }

  open(runId: string, plan: Plan, policy: Partial<RunPolicy> = {}): ReturnType<RunOpener['open']> {
    return this.opener.open(openRequest(runId, plan, { policy: { ...patient, ...policy } }))
  }

  submit(runId: string, input: RunInput, plan?: Plan): Submitted {
    const submitted: Submitted = { settled: undefined, refused: undefined, ends: 0 }
    const settle = (facts: readonly RunFact[]) => {
      submitted.settled = facts
      submitted.ends++
    }
    const refuse = (fault: Fault) => {
      submitted.refused = fault
      submitted.ends++
    }
    this.conductor.submit(runId, { input, settle, refuse }, plan)
    return submitted
  }

  loaded(runId: string, objectId: string, attempt?: number): Submitted {
    return this.submit(runId, {
      kind: 'loaded',
      runId,
      objectId,
      attempt,
      info: undefined,
      result: undefined,
    })
  }

  failed(runId: string, objectId: string, retryable = true): Submitted {
    const error = { code: 'LOADER_FAILED', retryable, detail: 'no' }
    return this.submit(runId, {
      kind: 'failed',
      runId,
      objectId,
      attempt: undefined,
      info: undefined,
      error,
    })
  }
}

export class ReplicaBench {
  readonly clock = new VirtualClock()
  readonly store = new MemoryRunStore(() => this.clock.nowMs())
  /** Replicas made so far: no two have the same luck. */
  replicas = 0
  /** What the broker took, in order. */
  readonly published: OutgoingRecord[] = []

  replica(): Replica {
    return new Replica(this)
  }

  /** Lets everything happen that needs no time. */
  settle(): Promise<void> {
    return this.clock.advance(0)
  }

  /** Versions of a run's commits in the journal, in the order in which they were published. */
  journalled(runId = 'run-1'): readonly number[] {
    return this.published
      .filter(({ topic, key, value }) => {
        return topic === defaultTopics.journal && key === runId && !`${value}`.includes('"chunk"')
      })
      .map(({ value }) => parseCommit(`${value}`).version)
  }

  /** Announced attempts as `object#attempt`, in order. */
  announced(runId = 'run-1'): readonly string[] {
    return this.published
      .filter(({ topic }) => topic.startsWith(defaultTopics.ready))
      .map(({ value }) => JSON.parse(`${value}`) as { run_id: string; id: string; attempt: number })
      .filter(({ run_id }) => run_id === runId)
      .map(({ id, attempt }) => `${id}#${attempt}`)
  }

  /** The facts that the store holds of a run, as `type object`, in order. */
  async facts(runId = 'run-1'): Promise<readonly string[]> {
    const stored = await this.store.read(runId, 0)
    return (stored?.records ?? []).flatMap((record) =>
      parseCommit(record).facts.map((fact) =>
        'object_id' in fact ? `${fact.type} ${fact.object_id}` : fact.type,
      ),
    )
  }
}

export function openRequest(runId: string, plan: Plan, changes: Partial<OpenRequest> = {}): OpenRequest {
  return { runId, plan, tenant: 'default', policy: patient, reuse: 'none', ...changes }
}

/** `real`, with the calls of each named method struck as they say. */
export function struckStore(real: RunStore, calls: Readonly<Record<StoreMethod, Strikes>>): RunStore {
  return {
    savePlan: (...given) => calls.savePlan.call(() => real.savePlan(...given)),
    loadPlan: (...given) => calls.loadPlan.call(() => real.loadPlan(...given)),
    commit: (...given) => calls.commit.call(() => real.commit(...given)),
    read: (...given) => calls.read.call(() => real.read(...given)),
    markRelayed: (...given) => calls.markRelayed.call(() => real.markRelayed(...given)),
    postpone: (...given) => calls.postpone.call(() => real.postpone(...given)),
    needingAttention: (...given) => real.needingAttention(...given),
    list: (...given) => real.list(...given),
    summary: (...given) => real.summary(...given),
    ping: () => real.ping(),
  }
}
