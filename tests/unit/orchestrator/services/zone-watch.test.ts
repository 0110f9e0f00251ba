// Zones are dead when nobody works there, announced or not; what cannot be known stays as it was.

import { beforeEach, describe, expect, it } from 'vitest'
import { ZoneWatch } from '../../../../orchestrator/services/zone-watch.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { PrometheusMeter } from '../../../../shared/adapters/system/prometheus-meter.ts'
import type { Zone } from '../../../../shared/base/layer.ts'
import { defaultTopics, readyTopic } from '../../../../shared/events/topics.ts'
import { silentLogger } from '../../../../shared/ports/logger.ts'
import { silentMeter } from '../../../../shared/ports/meter.ts'
import { MemoryZoneRegister } from '../../../../workers/adapters/memory/memory-zone-register.ts'
import { type RecordingLogger, recordingLogger } from '../../../support/recording-logger.ts'
import { serviceStorm } from '../../../support/service-storm.ts'
import { Strikes } from '../../../support/strikes.ts'

let clock: VirtualClock
let register: MemoryZoneRegister
let readers: Set<Zone>
let calls: Record<'workers' | 'hasConsumers', Strikes>
let changes: (readonly Zone[])[]
let meter: PrometheusMeter
let logger: RecordingLogger
let watch: ZoneWatch

beforeEach(() => {
  clock = new VirtualClock()
  register = new MemoryZoneRegister(() => clock.nowMs())
  readers = new Set(['standardization', 'application'])
  calls = { workers: new Strikes(), hasConsumers: new Strikes() }
  changes = []
  meter = new PrometheusMeter()
  logger = recordingLogger()
  watch = new ZoneWatch({
    directory: { workers: () => calls.workers.call(() => register.workers()) },
    transport: {
      hasConsumers: (topic) =>
        calls.hasConsumers.call(async () =>
          [...readers].some((zone) => topic === readyTopic(defaultTopics, zone)),
        ),
    },
    topics: defaultTopics,
    clock,
    logger,
    meter,
    changed: (dead) => changes.push(dead),
  })
})

const live = (zone: Zone, owner = 'a', capacity = 8) =>
  register.announce({ zone, owner, version: '1.0.0', capacity, running: 0 }, 10_000)

describe('the watch of zones', () => {
  it('calls a zone dead when no worker is alive and nobody reads its topic, and alive again when one comes', async () => {
    await watch.start()
    await clock.advance(1_500)
    expect([changes, watch.current()]).toEqual([[['ingestion']], ['ingestion']])
    await live('ingestion')
    await clock.advance(1_000)
    expect([changes.at(-1), watch.current()]).toEqual([[], []])
    await clock.advance(10_500)
    expect(changes).toEqual([['ingestion'], [], ['ingestion']])
  })

  it('knows a zone that announces nothing by its reading, in five seconds at most', async () => {
    await watch.start()
    await clock.advance(1_500)
    readers.add('ingestion')
    await clock.advance(5_000)
    expect(changes).toEqual([['ingestion'], []])
  })

  it('asks the broker only for zones without announced workers, and only now and then', async () => {
    await live('ingestion')
    await watch.start()
    for (let second = 0; second < 50; second++) {
      await clock.advance(1_000)
      await live('ingestion')
    }
    expect(calls.hasConsumers.calls).toBe(20)
    expect(changes).toEqual([])
  })

  it('calls nobody dead before it is known, whoever does not answer', async () => {
    calls.hasConsumers.begin('TRANSPORT_UNAVAILABLE')
    calls.workers.begin()
    await watch.start()
    await clock.advance(20_000)
    calls.workers.end()
    await clock.advance(20_000)
    expect(changes).toEqual([])
    expect(new Set(logger.messages('warn')).size).toBe(2)
    calls.hasConsumers.end()
    await clock.advance(6_000)
    expect(changes).toEqual([['ingestion']])
  })

  it.each(['workers', 'hasConsumers'] as const)(
    'stays with what was known last while %s does not answer',
    async (call) => {
      await watch.start()
      await clock.advance(1_500)
      calls[call].begin('TRANSPORT_UNAVAILABLE')
      readers.clear()
      await clock.advance(60_000)
      expect(changes).toEqual([['ingestion']])
      calls[call].end()
      await clock.advance(6_000)
      expect(changes.at(-1)).toEqual(['ingestion', 'standardization', 'application'])
    },
  )

  it('counts workers and what they can do, by zone', async () => {
    await live('ingestion', 'a', 8)
    await live('ingestion', 'b', 4)
    await watch.start()
    await clock.advance(1_500)
    const text = await meter.exposition()
    expect(text).toContain('orchestrator_zone_workers{zone="ingestion"} 2')
    expect(text).toContain('orchestrator_zone_capacity{zone="ingestion"} 12')
    expect(text).toContain('orchestrator_zone_workers{zone="application"} 0')
  })
})

serviceStorm('the watch of zones', () => {
  const waiting = new VirtualClock()
  const service = new ZoneWatch({
    directory: { workers: async () => [] },
    transport: { hasConsumers: async () => true },
    topics: defaultTopics,
    clock: waiting,
    logger: silentLogger,
    meter: silentMeter,
    changed: () => {},
  })
  return { service, isRunning: () => waiting.waiting > 0 }
})
