// What Prometheus sees of the runs: counters fed by commits and answers, gauges read from the live runs at each scrape.

import { at } from '../../shared/base/assert.ts'
import { type Zone, zoneOf } from '../../shared/base/layer.ts'
import type { Answer } from '../../shared/events/answer.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Meter } from '../../shared/ports/meter.ts'
import type { Run } from '../core/run/run.ts'
import type { CommitRecord, RunFact } from '../core/run/run-fact.ts'

const seconds = [0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400]
const sizes = [1, 2, 5, 10, 50, 100, 500, 1_000, 2_000, 4_000]

export class RunMetrics {
  readonly #ready
  readonly #loaded
  readonly #failed
  readonly #precheckFailed
  readonly #runSeconds
  readonly #objectSeconds
  readonly #batch
  /** When each object of a run was last announced. */
  readonly #readyAtMs = new WeakMap<Run, Float64Array>()

  constructor(meter: Meter) {
    const perZone = { labels: ['zone'] }
    this.#ready = meter.counter({
      name: 'orchestrator_ready_published_total',
      help: 'Attempts announced.',
      ...perZone,
    })
    this.#loaded = meter.counter({
      name: 'orchestrator_loaded_received_total',
      help: 'Loaded answers received.',
    })
    this.#failed = meter.counter({
      name: 'orchestrator_failed_received_total',
      help: 'Failed answers received.',
    })
    this.#precheckFailed = meter.counter({
      name: 'orchestrator_precheck_failed_total',
      help: 'Failed answers whose reason was a precheck of the zone.',
    })
    this.#runSeconds = meter.histogram({
      name: 'orchestrator_run_duration_seconds',
      help: 'From opening to end of a run.',
      labels: ['state'],
      buckets: seconds,
    })
    this.#objectSeconds = meter.histogram({
      name: 'orchestrator_object_duration_seconds',
      help: 'From the announcement of an attempt to its outcome.',
      labels: ['zone', 'outcome'],
      buckets: seconds,
    })
    this.#batch = meter.histogram({
      name: 'orchestrator_commit_facts',
      help: 'Facts in a commit.',
      buckets: sizes,
    })
  }

  received(answer: Answer): void {
    if (answer.kind === 'loaded') return this.#loaded.add(1)
    this.#failed.add(1)
    if (answer.error.code === 'PRECHECK_FAILED') this.#precheckFailed.add(1)
  }

  kept(run: Run, commit: CommitRecord): void {
    this.#batch.observe(commit.facts.length)
    for (const fact of commit.facts) this.#count(run, fact, commit.at_ms)
  }

  #count(run: Run, fact: RunFact, atMs: number): void {
    if (fact.type === 'run-ended')
      return this.#runSeconds.observe(fact.duration_ms / 1000, { state: fact.state })
    if (fact.type === 'object-ready') return this.#announced(run, fact.object_id, atMs)
    if (fact.type === 'object-loaded') return this.#ended(run, fact.object_id, 'loaded', atMs)
    if (fact.type === 'object-failed') return this.#ended(run, fact.object_id, 'failed', atMs)
    if (fact.type === 'object-retry-scheduled') this.#ended(run, fact.object_id, 'retried', atMs)
  }

  #announced(run: Run, objectId: string, atMs: number): void {
    const times = this.#readyAtMs.get(run) ?? new Float64Array(run.plan.objects.length)
    this.#readyAtMs.set(run, times)
    const index = run.plan.indexOf.get(objectId) ?? 0
    times[index] = atMs
    this.#ready.add(1, { zone: zoneAt(run, index) })
  }

  #ended(run: Run, objectId: string, outcome: string, atMs: number): void {
    const index = run.plan.indexOf.get(objectId) ?? 0
    // Announced by another replica: it is not known here when.
    const readyAtMs = this.#readyAtMs.get(run)?.[index]
    if (readyAtMs)
      this.#objectSeconds.observe((atMs - readyAtMs) / 1000, { zone: zoneAt(run, index), outcome })
  }
}

/** What the live runs, the relay and the intake look like at the moment of a scrape. */
export interface LiveState {
  readonly outboxDepth: () => number
  readonly lag: () => readonly {
    readonly topic: string
    readonly partition: number
    readonly records: number
  }[]
}

/** Registers the gauges that are read at each scrape. */
export function observeLiveState(meter: Meter, clock: Clock, live: LiveState): void {
  const startedAtMs = clock.nowMs()
  const uptime = { name: 'orchestrator_uptime_seconds', help: 'Since the start of this process.' }
  meter.observe(uptime, (gauge) => gauge.set((clock.nowMs() - startedAtMs) / 1000))
  const depth = { name: 'orchestrator_outbox_depth', help: 'Events kept and not yet published.' }
  meter.observe(depth, (gauge) => gauge.set(live.outboxDepth()))
  const lag = {
    name: 'orchestrator_consumer_lag',
    help: 'Answers not fetched yet.',
    labels: ['topic', 'partition'],
  }
  meter.observe(lag, (gauge) => {
    for (const { topic, partition, records } of live.lag())
      gauge.set(records, { topic, partition: String(partition) })
  })
}

function zoneAt(run: Run, index: number): Zone {
  return zoneOf(at(run.plan.objects, index).layer)
}
