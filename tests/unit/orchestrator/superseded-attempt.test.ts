// After a store has lost the commit that announced an attempt, that attempt has the fence of the zone's ledger: the run goes on.

import { expect, it } from 'vitest'
import { MemoryBuildRegistry } from '../../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../../orchestrator/adapters/memory/memory-load-registry.ts'
import { MemoryRunStore } from '../../../orchestrator/adapters/memory/memory-run-store.ts'
import { buildOrchestrator } from '../../../orchestrator/build-orchestrator.ts'
import { defaultTopics } from '../../../shared/events/topics.ts'
import { silentLogger } from '../../../shared/ports/logger.ts'
import { silentMeter } from '../../../shared/ports/meter.ts'
import { livelyZones } from '../../support/lively-zones.ts'
import { openRequest, patient, realPlanOf } from '../../support/replica-bench.ts'
import { gate, readyEvent, ZoneBench } from '../../support/zone-bench.ts'

const plan = realPlanOf({ a: [] })
const second = { runId: 'run-1', objectId: 'a', attempt: 2 }

async function house() {
  const bench = new ZoneBench()
  const { clock } = bench
  const store = new MemoryRunStore(() => clock.nowMs())
  const orchestrator = buildOrchestrator({
    transport: bench.transport(),
    store,
    recovery: store,
    registry: new MemoryLoadRegistry(),
    builds: new MemoryBuildRegistry(() => clock.nowMs()),
    leases: bench.ledger,
    directory: livelyZones,
    topics: defaultTopics,
    group: 'orchestrator',
    timeZone: 'UTC',
    drainMs: 5_000,
    clock,
    random: () => 0.5,
    logger: silentLogger,
    meter: silentMeter,
    beat: () => {},
  })
  const { loader, calls, open } = gate()
  const zone = bench.zone(loader)
  await zone.start()
  const starting = orchestrator.start()
  await clock.advance(10_000)
  await starting
  const stop = async () => {
    await bench.stopped(zone)
    const stopping = orchestrator.stop()
    await clock.advance(60_000)
    await stopping
  }
  const opened = () =>
    orchestrator.opener.open(openRequest('run-1', plan, { policy: { ...patient, max_retries: 0 } }))
  const ended = async () => (await store.summary('run-1'))?.state
  return { bench, calls, open, opened, ended, stop }
}

it('what the lost attempt had answered is said again, and nothing is loaded twice', async () => {
  const { bench, calls, opened, ended, stop } = await house()
  await bench.ledger.claim([second], 'another', 60_000)
  const { run_id, attempt } = { run_id: 'run-1', attempt: 2 }
  const { id, zone } = readyEvent({ id: 'a' })
  const answer = { event: 'ObjectLoaded', v: 1, id, status: 'loaded', zone, info: 'x', run_id, attempt }
  await bench.ledger.finish([{ key: second, answer: JSON.stringify(answer) }], 3_600_000)
  await opened()
  await bench.clock.advance(5_000)
  expect([await ended(), calls.length]).toEqual(['succeeded', 0])
  await stop()
})

it('while somebody still works on it nobody else begins it, and when he is dead it is loaded once', async () => {
  const { bench, calls, open, opened, ended, stop } = await house()
  await bench.ledger.claim([second], 'another', 60_000)
  await opened()
  await bench.clock.advance(50_000)
  expect([await ended(), calls.length]).toEqual(['running', 0])
  await bench.clock.advance(30_000)
  expect(calls).toHaveLength(1)
  open('a')
  await bench.clock.advance(1_000)
  expect([await ended(), calls.length]).toEqual(['succeeded', 1])
  await stop()
})
