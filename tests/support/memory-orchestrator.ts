// An orchestrator over memory, with the usual for all that a test does not say.

import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import {
  buildOrchestrator,
  type Orchestrator,
  type OrchestratorParts,
} from '../../orchestrator/build-orchestrator.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { livelyZones } from './lively-zones.ts'

type Given = Pick<OrchestratorParts, 'transport' | 'store' | 'recovery' | 'clock'> &
  Partial<OrchestratorParts>

/** Not yet started. */
export function memoryOrchestrator(given: Given): Orchestrator {
  const nowMs = () => given.clock.nowMs()
  return buildOrchestrator({
    registry: new MemoryLoadRegistry(),
    builds: new MemoryBuildRegistry(nowMs),
    leases: new MemoryAttemptLedger(nowMs),
    directory: livelyZones,
    topics: defaultTopics,
    group: 'orchestrator',
    timeZone: 'UTC',
    drainMs: 5_000,
    random: () => 0.5,
    logger: silentLogger,
    meter: silentMeter,
    beat: () => {},
    ...given,
  })
}
