// What a zone is made of.

import type { Zone } from '../../shared/base/layer.ts'
import type { Random } from '../../shared/base/random.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Meter } from '../../shared/ports/meter.ts'
import type { Transport } from '../../shared/ports/transport.ts'
import type { Heartbeat } from '../../shared/service/heartbeat.ts'
import type { AttemptLedger } from '../ports/attempt-ledger.ts'
import type { Loader } from '../ports/loader.ts'
import type { ZoneRegister } from '../ports/zone-register.ts'

export interface ZoneParts {
  readonly zone: Zone
  /** The consumer group; every process of a zone has the same. */
  readonly group: string
  readonly topics: Topics
  readonly transport: Transport
  readonly ledger: AttemptLedger
  /** Told that this worker is alive, while it is started. */
  readonly register: ZoneRegister
  /** The loader of an object; throws NO_LOADER when it names one that the zone does not have. */
  readonly loaderOf: (ready: ReadyEvent) => Loader
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly meter: Meter
  /** Beaten while the zone is started: also when it has nothing to do. */
  readonly heartbeat?: Heartbeat | undefined
  /** Who holds this process's leases; a new one at each start of the process. */
  readonly owner: string
  /** Of the program, for those who look at who is alive. */
  readonly version: string
  /** Loaders that run at a time. */
  readonly maxWorkers: number
  /** Ready events fetched and not yet answered, at most (plus one fetch). */
  readonly maxInFlight: number
  readonly leaseMs: number
  /** How long the ledger knows what an attempt answered. */
  readonly keepMs: number
  /** How long a stop waits for what runs. */
  readonly drainMs: number
  /** How long a loader that was told to give up may take before its slot is taken from it. */
  readonly graceMs: number
}
