// What Prometheus sees, as the text it reads.

import { beforeEach, describe, expect, it } from 'vitest'
import { Run } from '../../../../orchestrator/core/run/run.ts'
import type { RunFact } from '../../../../orchestrator/core/run/run-fact.ts'
import { waitReasons, type ZoneCrew } from '../../../../orchestrator/core/run/wait-reason.ts'
import { observeLiveState, RunMetrics } from '../../../../orchestrator/services/run-metrics.ts'
import { observeWaiting } from '../../../../orchestrator/services/waiting-gauge.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { PrometheusMeter } from '../../../../shared/adapters/system/prometheus-meter.ts'
import type { Zone } from '../../../../shared/base/layer.ts'
import type { FailedAnswer, LoadedAnswer } from '../../../../shared/events/answer.ts'
import { chained } from '../../../support/chained.ts'
import { planOf } from '../../../support/plan-of.ts'
import { at, dispatch, failed, loaded, open, openedAtMs, runAfter } from '../../../support/run-spec.ts'

const plan = planOf({ a: [], b: ['a'], c: ['b'] })
const counts = { loaded: 0, failed: 0, blocked: 0, reused: 0, cancelled: 0 }
const error = { code: 'LOADER_FAILED', retryable: true, detail: 'no' }

let meter: PrometheusMeter
let metrics: RunMetrics
let run: Run

beforeEach(() => {
  meter = new PrometheusMeter()
  metrics = new RunMetrics(meter)
  run = new Run('run-1', plan)
})

function kept(atMs: number, facts: readonly RunFact[]): void {
  metrics.kept(run, chained('run-1', 1, atMs, facts))
}

/** The samples of one metric without its help, in order. */
async function samples(name: string): Promise<readonly string[]> {
  const text = await meter.exposition()
  return text.split('\n').filter((line) => line.startsWith(name) && /^[^ {]*/.exec(line)?.[0] === name)
}

describe('the counters', () => {
  it('count answers as they come, prechecks apart', async () => {
    const base = { runId: 'r', objectId: 'a', attempt: 1, info: undefined }
    const answer: LoadedAnswer = { kind: 'loaded', ...base, result: undefined }
    const failure: FailedAnswer = { kind: 'failed', ...base, error }
    for (const one of [answer, answer, failure]) metrics.received(one)
    metrics.received({ ...failure, error: { ...error, code: 'PRECHECK_FAILED' } })
    expect(await samples('orchestrator_loaded_received_total')).toEqual([
      'orchestrator_loaded_received_total 2',
    ])
    expect(await samples('orchestrator_failed_received_total')).toEqual([
      'orchestrator_failed_received_total 2',
    ])
    expect(await samples('orchestrator_precheck_failed_total')).toEqual([
      'orchestrator_precheck_failed_total 1',
    ])
  })

  it('count announced attempts by zone', async () => {
    kept(0, [
      { type: 'object-ready', object_id: 'a', attempt: 1 },
      { type: 'object-ready', object_id: 'a', attempt: 2 },
      { type: 'object-ready', object_id: 'c', attempt: 1 },
    ])
    expect(await samples('orchestrator_ready_published_total')).toEqual([
      'orchestrator_ready_published_total{zone="ingestion"} 2',
      'orchestrator_ready_published_total{zone="application"} 1',
    ])
  })
})

describe('the histograms', () => {
  it('measure an attempt from its own announcement to its outcome, in seconds', async () => {
    kept(1_000, [{ type: 'object-ready', object_id: 'a', attempt: 1 }])
    kept(3_000, [{ type: 'object-retry-scheduled', object_id: 'a', attempt: 1, due_at_ms: 5_000, error }])
    kept(5_000, [{ type: 'object-ready', object_id: 'a', attempt: 2 }])
    kept(5_500, [{ type: 'object-loaded', object_id: 'a', attempt: 2 }])
    kept(6_000, [{ type: 'object-ready', object_id: 'b', attempt: 1 }])
    kept(6_250, [{ type: 'object-failed', object_id: 'b', attempt: 1, error }])
    expect(await samples('orchestrator_object_duration_seconds_sum')).toEqual([
      'orchestrator_object_duration_seconds_sum{zone="ingestion",outcome="retried"} 2',
      'orchestrator_object_duration_seconds_sum{zone="ingestion",outcome="loaded"} 0.5',
      'orchestrator_object_duration_seconds_sum{zone="standardization",outcome="failed"} 0.25',
    ])
  })

  it('do not guess how long an attempt took that another replica has announced', async () => {
    kept(5_500, [{ type: 'object-loaded', object_id: 'a', attempt: 2 }])
    expect(await samples('orchestrator_object_duration_seconds_count')).toEqual([])
  })

  it('measure a run by how it ended, and the facts of each commit', async () => {
    const ended = { type: 'run-ended', counts, duration_ms: 2_500 } as const
    kept(0, [{ ...ended, state: 'succeeded' }])
    kept(0, [
      { type: 'object-cancelled', object_id: 'a' },
      { ...ended, state: 'cancelled' },
    ])
    expect(await samples('orchestrator_run_duration_seconds_sum')).toEqual([
      'orchestrator_run_duration_seconds_sum{state="succeeded"} 2.5',
      'orchestrator_run_duration_seconds_sum{state="cancelled"} 2.5',
    ])
    expect(await samples('orchestrator_commit_facts_sum')).toEqual(['orchestrator_commit_facts_sum 3'])
    expect(await samples('orchestrator_commit_facts_count')).toEqual(['orchestrator_commit_facts_count 2'])
  })
})

describe('the gauges', () => {
  const clock = new VirtualClock()
  let runs: { run: Run | undefined }[]
  let lag: { topic: string; partition: number; records: number }[]
  let crews: Map<Zone, ZoneCrew>
  let dead: Zone[]

  beforeEach(() => {
    runs = []
    lag = []
    crews = new Map()
    dead = []
    observeLiveState(meter, clock, { outboxDepth: () => 17, lag: () => lag })
    const nowMs = () => openedAtMs
    observeWaiting(meter, { runs: () => runs, crews: () => crews, deadZones: () => dead, nowMs })
  })

  const waiting = async () =>
    (await samples('orchestrator_waiting'))
      .filter((line) => !line.endsWith(' 0'))
      .map((line) => line.slice(20))

  it('say how long the process runs, how deep the outbox is, and how far the intake is behind', async () => {
    await clock.advance(2_500)
    lag = [{ topic: 't', partition: 3, records: 9 }]
    expect(await samples('orchestrator_uptime_seconds')).toEqual(['orchestrator_uptime_seconds 2.5'])
    expect(await samples('orchestrator_outbox_depth')).toEqual(['orchestrator_outbox_depth 17'])
    expect(await samples('orchestrator_consumer_lag')).toEqual([
      'orchestrator_consumer_lag{topic="t",partition="3"} 9',
    ])
    lag = []
    expect(await samples('orchestrator_consumer_lag')).toEqual([])
  })

  it('say of each zone and reason how many objects wait, also that none does', async () => {
    expect(await samples('orchestrator_waiting')).toHaveLength(3 * waitReasons.length)
    expect(await waiting()).toEqual([])
    runs = [
      { run: runAfter(plan, [open()]) },
      { run: runAfter(plan, [open(), dispatch]) },
      { run: undefined },
    ]
    expect(await waiting()).toEqual([
      '{zone="ingestion",reason="announcing"} 1',
      '{zone="ingestion",reason="awaiting-answer"} 1',
      '{zone="standardization",reason="waiting-parent"} 2',
      '{zone="application",reason="waiting-parent"} 2',
    ])
  })

  it('tell the wait for a retry from the wait for parents, and count nothing of what has ended', async () => {
    const retried = runAfter(plan, [open(), dispatch, failed('a')])
    const ended = runAfter(plan, [open({ max_retries: 0 }), dispatch, failed('a')])
    runs = [{ run: retried }, { run: ended }]
    expect(await waiting()).toEqual([
      '{zone="ingestion",reason="retry-backoff"} 1',
      '{zone="standardization",reason="waiting-parent"} 1',
      '{zone="application",reason="waiting-parent"} 1',
    ])
    runs = [{ run: runAfter(plan, [open(), dispatch, at(openedAtMs + 1, loaded('a'))]) }]
    expect(await waiting()).toContain('{zone="application",reason="waiting-parent"} 1')
  })

  it('take what the workers of a zone say that they run for what is leased, and the rest for what is not', async () => {
    const wide = planOf({ a: [], b: [], c: [] })
    runs = [{ run: runAfter(wide, [open(), dispatch]) }]
    crews.set('ingestion', { workers: 1, capacity: 2, running: 2 })
    expect(await waiting()).toEqual([
      '{zone="ingestion",reason="leased-by"} 2',
      '{zone="ingestion",reason="slot-limit"} 1',
    ])
    crews.set('ingestion', { workers: 1, capacity: 9, running: 2 })
    expect(await waiting()).toContain('{zone="ingestion",reason="not-picked-up"} 1')
  })

  it('say what is held by a pause, and by a zone that nobody works in', async () => {
    const pause = { kind: 'pause', by: 'ada' } as const
    const nobody = { kind: 'zones', dead: ['ingestion'] } as const
    runs = [
      { run: runAfter(plan, [open(), pause, dispatch]) },
      { run: runAfter(plan, [open(), nobody, dispatch]) },
    ]
    expect(await waiting()).toEqual(
      expect.arrayContaining([
        '{zone="ingestion",reason="paused"} 1',
        '{zone="ingestion",reason="no-live-zone"} 1',
      ]),
    )
    runs = [{ run: runAfter(plan, [open(), dispatch]) }]
    dead = ['ingestion']
    expect(await waiting()).toContain('{zone="ingestion",reason="no-live-zone"} 1')
  })
})
