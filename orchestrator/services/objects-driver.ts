// Keeps a folder of object files running: loads it at start, at each tick, and anew when it changes.

import { messageOf } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { OneAtATime } from '../../shared/service/one-at-a-time.ts'
import type { Service } from '../../shared/service/service.ts'
import { definePlan } from '../core/graph/define-plan.ts'
import type { DefinitionFault } from '../core/graph/definition-fault.ts'
import type { DefinitionFile } from '../core/graph/definition-source.ts'
import type { Plan } from '../core/graph/plan.ts'
import type { RunPolicy } from '../core/run/run-policy.ts'
import { objectsRunName, runName } from '../core/schedule/run-name.ts'
import { dateIn, lastTick, type Schedule, type Tick } from '../core/schedule/schedule.ts'
import type { GraphSource } from '../ports/graph-source.ts'
import { Openings } from './openings.ts'
import type { OpenRequest, RunOpener } from './run-opener.ts'
import { type CatchUp, TickWatch } from './tick-watch.ts'

export interface ObjectsDriverParts {
  readonly source: GraphSource
  readonly opener: Pick<RunOpener, 'open'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly tenant: string
  readonly policy: RunPolicy
  readonly reuse: OpenRequest['reuse']
  /** When to load the objects; undefined: at start and when they change, once a business date. */
  readonly schedule: Schedule | undefined
  readonly catchUp: CatchUp
  /** IANA name: for business dates without a schedule. */
  readonly timeZone: string
  /** Called at each look at the clock: shows that the loop turns. */
  readonly beat: () => void
}

/** More faults than these are counted, not logged one by one. */
const faultsLogged = 50

/**
 * A file with faults never replaces one without: the objects read last go on, and the faults are logged.
 * Faults at start do not keep the orchestrator from starting: it runs workflows and takes runs over HTTP
 * while it waits for better files. Runs under way keep the plan they were opened with.
 */
export class ObjectsDriver implements Service {
  readonly name = 'objects-driver'
  readonly #parts: ObjectsDriverParts
  readonly #reading = new OneAtATime()
  #running: { readonly openings: Openings; readonly stopWatches: () => void } | undefined
  #plan: Plan | undefined
  /** Whether the files read last were refused. */
  #isRefused = false

  constructor(parts: ObjectsDriverParts) {
    this.#parts = parts
  }

  /** The objects that the next run will load; undefined while there never were valid ones. */
  get plan(): Plan | undefined {
    return this.#plan
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) return
    const { source, schedule } = this.#parts
    const due = (tick: Tick) => this.#open(tick.label, tick.businessDate)
    const watched = schedule === undefined ? [] : [{ name: source.name, schedule, due }]
    const ticks = new TickWatch(this.#parts, watched)
    const endWatch = source.watch(() => void this.#reading.run(() => this.#reload()))
    const stopWatches = () => {
      endWatch()
      ticks.stop()
    }
    this.#running = { openings: new Openings(this.#parts), stopWatches }
    await this.#reading.run(() => this.#reload())
    if (this.#running !== undefined) ticks.start()
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    running?.stopWatches()
    await this.#reading.run(async () => {})
    // The next start is a start: it opens what its files say, also when they say the same.
    this.#plan = undefined
    await running?.openings.stop()
  }

  async #reload(): Promise<void> {
    const files = await this.#read()
    if (files === undefined || this.#running === undefined) return
    const planned = definePlan({ files })
    this.#say(planned.ok ? planned.value.warnings : planned.reason)
    if (planned.ok) this.#take(planned.value.plan)
    else this.#refuse(planned.reason.length)
  }

  async #read(): Promise<readonly DefinitionFile[] | undefined> {
    const { source, logger } = this.#parts
    try {
      return await source.read()
    } catch (error) {
      const fields = { source: source.name, error: messageOf(error) }
      return void logger.error('the object files cannot be read', fields)
    }
  }

  #take(plan: Plan): void {
    const { source, logger } = this.#parts
    const isSame = plan.hash === this.#plan?.hash
    const wasRefused = this.#isRefused
    this.#isRefused = false
    this.#plan = plan
    const fields = { source: source.name, plan: plan.hash, objects: plan.objects.length }
    if (isSame && wasRefused)
      return logger.info('the object files are good again, and say the same as before', fields)
    if (isSame) return logger.debug('the object files say the same as before', fields)
    logger.info('the object files are taken', fields)
    this.#openNow()
  }

  #refuse(faults: number): void {
    this.#isRefused = true
    const instead = this.#plan === undefined ? 'nothing is loaded' : 'those before stay'
    const { source, logger } = this.#parts
    logger.error('the object files are refused', { source: source.name, faults, instead })
  }

  #say(faults: readonly DefinitionFault[]): void {
    const { logger } = this.#parts
    for (const { severity, code, message, ...place } of faults.slice(0, faultsLogged)) {
      logger[severity === 'error' ? 'error' : 'warn'](`${code}: ${message}`, { ...place })
    }
  }

  /** New content is treated as a restart with it would be. */
  #openNow(): void {
    const { schedule, catchUp, clock, timeZone } = this.#parts
    const date = dateIn(timeZone, clock.nowMs())
    if (schedule === undefined) return this.#open(date, date)
    const tick = catchUp === 'last' ? lastTick(schedule, clock.nowMs()) : undefined
    if (tick !== undefined) this.#open(tick.label, tick.businessDate)
  }

  #open(label: string, businessDate: string): void {
    const plan = this.#plan
    if (plan === undefined) return this.#parts.logger.warn('a tick without valid objects', { tick: label })
    const { tenant, policy, reuse } = this.#parts
    const runId = runName(objectsRunName(plan.hash), label, tenant)
    this.#running?.openings.begin({ runId, plan, tenant, businessDate, policy, reuse })
  }
}
