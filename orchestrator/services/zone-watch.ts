// Knows in which zones somebody works, and says so when that changes.

import { messageOf } from '../../shared/base/fault.ts'
import { type Zone, zones } from '../../shared/base/layer.ts'
import { readyTopic, type Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Gauge, Meter } from '../../shared/ports/meter.ts'
import type { Transport } from '../../shared/ports/transport.ts'
import type { Service } from '../../shared/service/service.ts'
import type { ZoneCrew } from '../core/run/wait-reason.ts'
import type { LiveWorker, ZoneDirectory } from '../ports/zone-directory.ts'
import { RegularLook } from './regular-look.ts'
import { crewsOf } from './zone-crews.ts'

export interface ZoneWatchParts {
  readonly directory: ZoneDirectory
  readonly transport: Pick<Transport, 'hasConsumers'>
  readonly topics: Topics
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
  /** Told of all dead zones whenever they are others than before. */
  readonly changed: (dead: readonly Zone[]) => void
}

const everyMs = 1_000
/** Zones that announce nothing are asked for at the broker, which costs it something: once in this time. */
const askEveryMs = 5_000

/**
 * A zone is dead when no worker of it is alive and nobody reads its Ready topic either: workers in other languages
 * do not announce themselves. What cannot be known stays as it was, and at first nobody is dead.
 */
export class ZoneWatch implements Service {
  readonly name = 'zone watch'
  readonly #parts: ZoneWatchParts
  readonly #looks: RegularLook
  readonly #read = new Map<Zone, { readonly isRead: boolean; readonly atMs: number }>()
  #workers: readonly LiveWorker[] = []
  #dead: readonly Zone[] = []

  constructor(parts: ZoneWatchParts) {
    this.#parts = parts
    this.#looks = new RegularLook({ ...parts, name: this.name, everyMs, look: () => this.#look() })
    this.#measure()
  }

  start(): Promise<void> {
    return this.#looks.start()
  }

  stop(): Promise<void> {
    return this.#looks.stop()
  }

  /** Who says that it works where, as last heard. */
  crews(): ReadonlyMap<Zone, ZoneCrew> {
    return crewsOf(this.#workers)
  }

  /** The zones that are dead, as far as is known. */
  current(): readonly Zone[] {
    return this.#dead
  }

  async #look(): Promise<void> {
    this.#workers = await this.#parts.directory.workers()
    const dead: Zone[] = []
    for (const zone of zones) if (await this.#isDead(zone)) dead.push(zone)
    if (dead.join() === this.#dead.join()) return
    this.#dead = dead
    this.#parts.logger.info('zones without anybody who works there', { zones: dead })
    this.#parts.changed(dead)
  }

  async #isDead(zone: Zone): Promise<boolean> {
    if (this.#workers.some((worker) => worker.zone === zone)) {
      this.#read.delete(zone)
      return false
    }
    const nowMs = this.#parts.clock.nowMs()
    const known = this.#read.get(zone)
    if (known !== undefined && nowMs - known.atMs < askEveryMs) return !known.isRead
    const wasDead = this.#dead.includes(zone)
    const isRead = (await this.#isRead(zone)) ?? !wasDead
    this.#read.set(zone, { isRead, atMs: nowMs })
    return !isRead
  }

  /** Undefined: it cannot be known now. */
  async #isRead(zone: Zone): Promise<boolean | undefined> {
    const { transport, topics, logger } = this.#parts
    try {
      return await transport.hasConsumers(readyTopic(topics, zone))
    } catch (error) {
      logger.warn('cannot find out whether somebody works in a zone', { zone, error: messageOf(error) })
      return undefined
    }
  }

  #measure(): void {
    const { meter } = this.#parts
    const labels = ['zone']
    const workers = { name: 'orchestrator_zone_workers', help: 'Workers that say they are alive.', labels }
    meter.observe(workers, (gauge) => this.#set(gauge, () => 1))
    const capacity = { name: 'orchestrator_zone_capacity', help: 'Loaders they can run at a time.', labels }
    meter.observe(capacity, (gauge) => this.#set(gauge, (worker) => worker.capacity))
  }

  #set(gauge: Gauge, amountOf: (worker: LiveWorker) => number): void {
    for (const zone of zones) {
      const ofZone = this.#workers.filter((worker) => worker.zone === zone)
      gauge.set(
        ofZone.reduce((sum, worker) => sum + amountOf(worker), 0),
        { zone },
      )
    }
  }
}
