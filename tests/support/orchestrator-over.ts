// An orchestrator over the broker and the ledger of a zone's bench: both sides of the wire in one process.

import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import type { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { buildOrchestrator, type Orchestrator } from '../../orchestrator/build-orchestrator.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import { livelyZones } from './lively-zones.ts'
import type { ZoneBench } from './zone-bench.ts'

export function orchestratorOver(bench: ZoneBench, store: MemoryRunStore): Orchestrator {
  const { clock } = bench
  return buildOrchestrator({
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
}
