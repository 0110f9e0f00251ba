// The whole house in this process for as long as it is wanted: orchestrator with HTTP and schedule, and the three zones.

import { fileURLToPath } from 'node:url'
import { FileGraphSource } from '../../orchestrator/adapters/file/file-graph-source.ts'
import { workflowsOf } from '../../orchestrator/adapters/file/shipped-workflows.ts'
import { buildProgram } from '../../orchestrator/build-program.ts'
import type { OrchestratorConfig } from '../../orchestrator/config.ts'
import type { DataFolder } from '../../shared/adapters/sqlite/data-folder.ts'
import { ProcessMetrics } from '../../shared/adapters/system/process-metrics.ts'
import { PrometheusMeter } from '../../shared/adapters/system/prometheus-meter.ts'
import { randomRunId, systemRandom } from '../../shared/adapters/system/random-ids.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import type { Environment } from '../../shared/config/read-config.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { type Service, ServiceGroup } from '../../shared/service/service.ts'
import { embeddedAdapters } from './embedded-adapters.ts'
import { embeddedZones } from './embedded-zones.ts'

export interface EmbeddedProgram extends Service {
  /** Where the API listens. Only while started. */
  url(): string
  /** The object files that are loaded. */
  readonly objects: string
}

export interface EmbeddedProgramParts {
  readonly config: OrchestratorConfig
  readonly env: Environment
  readonly logger: Logger
  readonly version: string
  /** Undefined: nothing is kept on a disk. Closed by who opened it. */
  readonly folder: DataFolder | undefined
}

const samples = fileURLToPath(new URL('../samples/objects.json', import.meta.url))

/** Rejects with WORKFLOW_INVALID, FILE_UNREADABLE or CONFIG_INVALID. */
export async function buildEmbeddedProgram(parts: EmbeddedProgramParts): Promise<EmbeddedProgram> {
  const { config, env, logger, folder } = parts
  const clock = new SystemClock()
  const meter = new PrometheusMeter()
  const adapters = embeddedAdapters({ clock, logger, topics: config.topics, folder })
  const objects = config.objects.path ?? samples
  const program = buildProgram({
    ...parts,
    ...adapters,
    transport: adapters.newTransport(),
    workflows: await workflowsOf(config),
    source: new FileGraphSource(objects, clock),
    checks: [],
    heartbeats: [],
    clock,
    random: systemRandom,
    meter,
    newRunId: randomRunId,
  })
  const zones = embeddedZones({ env, clock, logger, meter, adapters })
  const group = new ServiceGroup([new ProcessMetrics(meter), ...zones, program, adapters.retention])
  let starting: Promise<void> = Promise.resolve()
  return {
    name: 'embedded house',
    url: () => program.api.url,
    objects,
    start: () => {
      starting = group.start()
      return starting
    },
    // The group does not know yet of what is still starting: it would go on after the end.
    stop: async () => {
      await program.stop()
      await starting.catch(() => {})
      await group.stop()
    },
  }
}
