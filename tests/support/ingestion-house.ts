// An orchestrator and a worker of the ingestion zone over one broker and one store in memory, in virtual time.

import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { buildOrchestrator } from '../../orchestrator/build-orchestrator.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import type { Loader } from '../../workers/ports/loader.ts'
import { livelyZones } from './lively-zones.ts'
import { ZoneBench } from './zone-bench.ts'

/** Started. `stop` ends both, and any worker that the test has started on `bench` must be stopped before. */
export async function ingestionHouse(loader: Loader) {
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
  return { bench, store, orchestrator, zone, stop }
}
