// The three zones of the embedded house, each with a client of the broker of its own.

import { systemRandom } from '../../shared/adapters/system/random-ids.ts'
import { zones } from '../../shared/base/layer.ts'
import type { Environment } from '../../shared/config/read-config.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Meter } from '../../shared/ports/meter.ts'
import type { Service } from '../../shared/service/service.ts'
import { createZone } from '../../workers/build-zone.ts'
import { workerConfig } from '../../workers/config.ts'
import type { EmbeddedAdapters } from './embedded-adapters.ts'

export interface EmbeddedZonesParts {
  readonly env: Environment
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
  readonly adapters: EmbeddedAdapters
  /** How long a stop waits for what runs; DRAIN_SECONDS by default. */
  readonly drainMs?: number
}

/** Not yet started. Throws CONFIG_INVALID. */
export function embeddedZones({ env, adapters, drainMs, ...parts }: EmbeddedZonesParts): readonly Service[] {
  const read = workerConfig(env)
  const config = { ...read, worker: { ...read.worker, drainMs: drainMs ?? read.worker.drainMs } }
  return zones.map((zone) =>
    createZone({
      ...parts,
      zone,
      config,
      owner: `embedded/${zone}`,
      transport: adapters.newTransport(),
      ledger: adapters.ledger,
      register: adapters.register,
      random: systemRandom,
    }),
  )
}
