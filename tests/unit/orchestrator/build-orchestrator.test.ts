// The services put together: a run goes from end to end, and a stop loses nothing whoever is away.

import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryLoadRegistry } from '../../../orchestrator/adapters/memory/memory-load-registry.ts'
import { MemoryRunStore } from '../../../orchestrator/adapters/memory/memory-run-store.ts'
import type { Orchestrator } from '../../../orchestrator/build-orchestrator.ts'
import { MemoryBroker } from '../../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../../shared/adapters/memory/virtual-clock.ts'
import { PrometheusMeter } from '../../../shared/adapters/system/prometheus-meter.ts'
import { defaultTopics } from '../../../shared/events/topics.ts'
import type { ScannedRecord } from '../../../shared/ports/transport.ts'
import { MemoryZoneRegister } from '../../../workers/adapters/memory/memory-zone-register.ts'
import { memoryOrchestrator } from '../../support/memory-orchestrator.ts'
import { metricSum } from '../../support/metric-sum.ts'
import { planOf } from '../../support/plan-of.ts'
import { recordingLogger } from '../../support/recording-logger.ts'
import { openRequest, realPlanOf, struckStore } from '../../support/replica-bench.ts'
import { Strikes } from '../../support/strikes.ts'
import { transportWith } from '../../support/zone-bench.ts'

const chain = realPlanOf({ a: [], b: ['a'], c: ['b'] })
const drainMs = 5_000

let clock: VirtualClock
let broker: MemoryBroker
let wire: MemoryTransport
let store: MemoryRunStore

beforeEach(() => {
  clock = new VirtualClock()
  broker = new MemoryBroker({ clock })
  wire = new MemoryTransport(broker)
  store = new MemoryRunStore(() => clock.nowMs())
})

function house() {
  const calls = {
    savePlan: new Strikes(),
    loadPlan: new Strikes(),
    commit: new Strikes(),
    read: new Strikes(),
    markRelayed: new Strikes(),
    postpone: new Strikes(),
    publish: new Strikes(),
  }
  const transport = new MemoryTransport(broker)
  const meter = new PrometheusMeter()
  const registry = new MemoryLoadRegistry()
  const register = new MemoryZoneRegister(() => clock.nowMs())
  const beats = { count: 0 }
  const orchestrator = memoryOrchestrator({
    transport: transportWith(transport, {
      publish: (records) => calls.publish.call(() => transport.publish(records)),
    }),
    store: struckStore(store, calls),
    recovery: store,
    registry,
    directory: register,
    drainMs,
    clock,
    logger: recordingLogger(),
    meter,
    beat: () => {
      beats.count++
    },
  })
  return { orchestrator, transport, meter, registry, calls, beats }
}

async function answer(objectId: string, runId = 'run-1'): Promise<void> {
  const value = JSON.stringify({ id: objectId, run_id: runId, status: 'loaded' })
  await wire.publish([{ topic: defaultTopics.loaded, key: runId, value }])
  await clock.advance(0)
}

async function records(topic: string): Promise<readonly ScannedRecord[]> {
  const found: ScannedRecord[] = []
  await wire.scan(topic, undefined, (record) => void found.push(record))
  return found
}

/** Answers whose offset has not moved on. */
function uncommitted(): number {
  return broker
    .logs(defaultTopics.loaded)
    .map(({ end }, partition) => end - broker.positionOf('orchestrator', defaultTopics.loaded, partition))
    .reduce((sum, open) => sum + open, 0)
}

async function stopped(orchestrator: Orchestrator, withinMs: number): Promise<boolean> {
  let isStopped = false
  void orchestrator.stop().then(() => {
    isStopped = true
  })
  await clock.advance(withinMs)
  return isStopped
}

describe('an orchestrator', () => {
  it('walks a run from end to end on the answers of the zones', async () => {
    const { orchestrator, beats } = house()
    await orchestrator.start()
    expect(await orchestrator.opener.open(openRequest('run-1', chain))).toBe('opened')
    for (const id of ['a', 'b', 'c']) await answer(id)
    expect(await store.summary('run-1')).toMatchObject({ state: 'succeeded', counts: { loaded: 3 } })
    for (const zone of ['ingestion', 'standardization', 'application']) {
      expect(await records(`${defaultTopics.ready}.${zone}`)).toHaveLength(1)
    }
    expect(uncommitted()).toBe(0)
    await clock.advance(3_000)
    expect(beats.count).toBe(3)
  })

  it('tells metrics, load registry and live feed of every commit', async () => {
    const { orchestrator, meter, registry } = house()
    await orchestrator.start()
    const daily = planOf({ a: { parents: [], frequency: '0 8 * * *' } })
    await orchestrator.opener.open(openRequest('run-1', daily))
    const seen: string[] = []
    const following = (async () => {
      for await (const { fact } of orchestrator.feed.follow('run-1', undefined, new AbortController().signal))
        seen.push(fact.type)
    })()
    await clock.advance(0)
    await answer('a')
    await following
    expect(seen).toEqual(['run-opened', 'object-ready', 'object-loaded', 'run-ended'])
    expect(await registry.lastLoads('default', ['a'])).toHaveProperty('size', 1)
    const text = await meter.exposition()
    expect(metricSum(text, 'orchestrator_ready_published_total')).toBe(1)
    expect(metricSum(text, 'orchestrator_loaded_received_total')).toBe(1)
    expect(metricSum(text, 'orchestrator_run_duration_seconds_count')).toBe(1)
    expect(metricSum(text, 'orchestrator_outbox_depth')).toBe(0)
  })

  it('buries answers of unknown runs and objects, and completes them', async () => {
    const { orchestrator } = house()
    await orchestrator.start()
    await orchestrator.opener.open(openRequest('run-1', chain))
    await answer('stranger')
    await answer('a', 'run-9')
    const codes = (await records(defaultTopics.dlq)).map(({ headers }) => headers.dlq_code)
    expect(codes.sort()).toEqual(['OBJECT_UNKNOWN', 'RUN_UNKNOWN'])
    expect(uncommitted()).toBe(0)
  })

  it('takes over what a replica left that died between commit and publish', async () => {
    const dead = house()
    await dead.orchestrator.start()
    await dead.orchestrator.opener.open(openRequest('run-1', chain))
    dead.calls.publish.begin('TRANSPORT_UNAVAILABLE')
    await answer('a')
    dead.transport.crash()
    dead.calls.commit.begin()
    const { orchestrator } = house()
    await orchestrator.start()
    await clock.advance(10)
    expect(await records(`${defaultTopics.ready}.standardization`)).toHaveLength(1)
    expect(uncommitted()).toBe(0)
    await answer('b')
    await answer('c')
    expect(await store.summary('run-1')).toMatchObject({ state: 'succeeded' })
  })
})

describe('the stop of an orchestrator', () => {
  it('waits until what was decided is published, and commits the offsets of its answers', async () => {
    const { orchestrator, calls } = house()
    await orchestrator.start()
    await orchestrator.opener.open(openRequest('run-1', chain))
    const release = calls.publish.hold()
    await answer('a')
    const stop = orchestrator.stop()
    await clock.advance(drainMs - 1)
    expect(uncommitted()).toBe(1)
    release()
    await stop
    expect(uncommitted()).toBe(0)
    expect(await records(`${defaultTopics.ready}.standardization`)).toHaveLength(1)
    expect(clock.waiting).toBe(0)
  })

  it('takes no more answers from its first moment on', async () => {
    const { orchestrator, calls, meter } = house()
    await orchestrator.start()
    await orchestrator.opener.open(openRequest('run-1', chain))
    const release = calls.publish.hold()
    await answer('a')
    const stop = orchestrator.stop()
    await answer('b')
    expect(metricSum(await meter.exposition(), 'orchestrator_loaded_received_total')).toBe(1)
    release()
    await stop
    expect(uncommitted()).toBe(1)
  })

  it('takes no longer than it may when the broker is away, and leaves the answers to the next', async () => {
    const { orchestrator, calls } = house()
    await orchestrator.start()
    await orchestrator.opener.open(openRequest('run-1', chain))
    calls.publish.begin('TRANSPORT_UNAVAILABLE')
    await answer('a')
    expect(await stopped(orchestrator, drainMs)).toBe(true)
    expect(uncommitted()).toBe(1)
    const next = house()
    await next.orchestrator.start()
    await clock.advance(10)
    expect(uncommitted()).toBe(0)
    expect(await records(`${defaultTopics.ready}.standardization`)).toHaveLength(1)
  })

  it('takes no longer than it may while a large run waits for room', async () => {
    const { orchestrator, calls } = house()
    await orchestrator.start()
    calls.publish.first(async () => calls.publish.begin('TRANSPORT_UNAVAILABLE'))
    const wide = realPlanOf(
      Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`o${index}`, []])),
    )
    void orchestrator.opener.open(openRequest('run-1', wide)).catch(() => {})
    await clock.advance(1_000)
    expect(await stopped(orchestrator, drainMs)).toBe(true)
  })

  it('does not wait for a store that is away, and leaves the answers to the next', async () => {
    const { orchestrator, calls } = house()
    await orchestrator.start()
    await orchestrator.opener.open(openRequest('run-1', chain))
    calls.commit.begin()
    await answer('a')
    expect(await stopped(orchestrator, 0)).toBe(true)
    expect(uncommitted()).toBe(1)
    expect(await records(defaultTopics.dlq)).toEqual([])
  })

  it('that comes while it starts leaves nothing running: the next replica gets every answer', async () => {
    const { orchestrator } = house()
    await Promise.all([orchestrator.start(), orchestrator.stop()])
    expect([orchestrator.intake.isJoined(), clock.waiting]).toEqual([false, 0])
    const next = house()
    await next.orchestrator.start()
    await next.orchestrator.opener.open(openRequest('run-1', chain))
    for (const id of ['a', 'b', 'c']) await answer(id)
    expect(await store.summary('run-1')).toMatchObject({ state: 'succeeded' })
    expect(uncommitted()).toBe(0)
  })

  it('may come twice, and before a start, which then does nothing', async () => {
    const { orchestrator } = house()
    await orchestrator.stop()
    await orchestrator.stop()
    await orchestrator.start()
    expect([orchestrator.intake.isJoined(), clock.waiting]).toEqual([false, 0])
  })
})
