// A zone's worker: turns Ready events into Loaded and Failed ones, at least once and made safe.

import type { Consumer } from '../../shared/ports/transport.ts'
import { OneAtATime } from '../../shared/service/one-at-a-time.ts'
import type { Service } from '../../shared/service/service.ts'
import type { WorkerNotice } from '../ports/zone-register.ts'
import { Presence } from './presence.ts'
import { ZoneMetrics } from './zone-metrics.ts'
import type { ZoneParts } from './zone-parts.ts'
import { ZoneSession } from './zone-session.ts'

/**
 * The order is never changed: claim → load → mark as done → publish → complete. A crash between any two
 * steps repeats work and loses none. `stop` drains; what is not done within `drainMs` comes again elsewhere.
 */
export class ZoneWorker implements Service {
  readonly name: string
  readonly #parts: ZoneParts
  readonly #metrics: ZoneMetrics
  readonly #turns = new OneAtATime()
  #session: ZoneSession | undefined
  #presence: Presence | undefined

  constructor(parts: ZoneParts) {
    this.name = `zone ${parts.zone}`
    this.#parts = { ...parts, logger: parts.logger.child({ zone: parts.zone }) }
    this.#metrics = new ZoneMetrics(parts.meter, parts.zone, {
      running: () => this.#session?.running ?? 0,
      queued: () => this.#session?.queued ?? 0,
      lag: () => this.lag(),
    })
  }

  start(): Promise<void> {
    return this.#turns.run(async () => {
      if (this.#session !== undefined) return
      const session = new ZoneSession(this.#parts, this.#metrics)
      await session.start()
      this.#session = session
      this.#presence = new Presence({ ...this.#parts, notice: () => this.#notice() })
      this.#presence.begin()
    })
  }

  stop(): Promise<void> {
    return this.#turns.run(async () => {
      // It takes nothing new from now on, however long it drains.
      await Promise.all([this.#presence?.leave(), this.#session?.stop()])
      this.#presence = undefined
      this.#session = undefined
    })
  }

  #notice(): WorkerNotice {
    const { zone, owner, version, maxWorkers: capacity } = this.#parts
    return { zone, owner, version, capacity, running: this.#session?.running ?? 0 }
  }

  /** Whether it is a member of its group and fetches. */
  isJoined(): boolean {
    return this.#session?.consumer?.isJoined() ?? false
  }

  lag(): ReturnType<Consumer['lag']> {
    return this.#session?.consumer?.lag() ?? []
  }
}
