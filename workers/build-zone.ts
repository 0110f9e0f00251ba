// Puts a zone's worker together over whatever adapters it is given: real, embedded or simulated.

import type { Zone } from '../shared/base/layer.ts'
import type { Random } from '../shared/base/random.ts'
import { version } from '../shared/config/version.ts'
import type { Clock } from '../shared/ports/clock.ts'
import type { Logger } from '../shared/ports/logger.ts'
import type { Meter } from '../shared/ports/meter.ts'
import type { Transport } from '../shared/ports/transport.ts'
import type { Heartbeat } from '../shared/service/heartbeat.ts'
import { applicationLoaders } from './application/loaders.ts'
import type { WorkerConfig } from './config.ts'
import { loaderChooser } from './core/choose-loader.ts'
import { ingestionLoaders } from './ingestion/loaders.ts'
import type { Fetch } from './loaders/http.ts'
import type { LoaderTools } from './loaders/loader-tools.ts'
import { TargetBreakers } from './loaders/target-breakers.ts'
import type { AttemptLedger } from './ports/attempt-ledger.ts'
import type { Loader } from './ports/loader.ts'
import type { ZoneRegister } from './ports/zone-register.ts'
import { ZoneWorker } from './services/zone.ts'
import { standardizationLoaders } from './standardization/loaders.ts'

export type ZoneLoaders = (tools: LoaderTools) => readonly Loader[]

export interface ZoneOptions {
  readonly zone: Zone
  readonly config: Pick<WorkerConfig, 'worker' | 'simulate' | 'httpLoader' | 'breaker' | 'topics'>
  /** Who holds this process's leases: no two processes may have the same, nor one process before and after a restart. */
  readonly owner: string
  readonly transport: Transport
  readonly ledger: AttemptLedger
  readonly register: ZoneRegister
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly meter: Meter
  readonly heartbeat?: Heartbeat
  /** Instead of those in the zone's own folder, for programs that bring theirs. */
  readonly loaders?: ZoneLoaders
  /** The machine's `fetch` by default. */
  readonly fetch?: Fetch
}

/**
 * A redelivered event finds its answer for this long. What is redelivered at a rebalance is at most as old as
 * the oldest load under way, so this is well above the usual time-out of an attempt.
 */
const keepMs = 4 * 3_600_000
/** How long a loader may take after it was told to give up. */
const graceMs = 5_000
/** Ready events in hand: enough for the next batches, and little to repeat when the process dies. */
const leastInFlight = 1_000

const zoneLoaders: Readonly<Record<Zone, ZoneLoaders>> = {
  ingestion: ingestionLoaders,
  standardization: standardizationLoaders,
  application: applicationLoaders,
}

/** Not yet started. Throws CONFIG_INVALID when WORKER_LOADER names no loader of the zone. */
export function createZone(options: ZoneOptions): ZoneWorker {
  const { zone, config, clock, random } = options
  const { maxWorkers, leaseMs, drainMs, loader, group } = config.worker
  const { failRate, precheckSuffixes } = config.simulate
  const tools: LoaderTools = {
    clock,
    random,
    fetch: options.fetch ?? fetch,
    simulate: { ...config.simulate[zone], failRate, precheckSuffixes },
    http: config.httpLoader,
  }
  const logger = options.logger.child({ zone })
  const breakers = new TargetBreakers({ ...options, ...config.breaker, logger })
  const loaders = (options.loaders ?? zoneLoaders[zone])(tools).map((one) => breakers.guarded(one))
  return new ZoneWorker({
    ...options,
    group: `${group}.${zone}`,
    topics: config.topics,
    loaderOf: loaderChooser(loaders, loader),
    version,
    maxWorkers,
    maxInFlight: Math.max(leastInFlight, 4 * maxWorkers),
    leaseMs,
    keepMs,
    drainMs,
    graceMs,
  })
}
