// The whole orchestrator program over given adapters: runs, schedule, object files, HTTP. Embedded or real, it is this.

import { isRetryable } from '../shared/base/fault.ts'
import type { Random } from '../shared/base/random.ts'
import type { HttpService } from '../shared/http/http-service.ts'
import type { ReadinessCheck } from '../shared/http/probes.ts'
import type { Clock } from '../shared/ports/clock.ts'
import type { Logger } from '../shared/ports/logger.ts'
import type { Meter } from '../shared/ports/meter.ts'
import type { Transport } from '../shared/ports/transport.ts'
import { Heartbeat } from '../shared/service/heartbeat.ts'
import { insist } from '../shared/service/insist.ts'
import type { Service } from '../shared/service/service.ts'
import { buildOrchestrator, type Orchestrator } from './build-orchestrator.ts'
import type { OrchestratorConfig } from './config.ts'
import { scheduleOf } from './core/schedule/schedule.ts'
import { fallbackTimeZone, type Workflow } from './core/schedule/workflow.ts'
import { newApiServer } from './http/server.ts'
import type { BuildRegistry } from './ports/build-registry.ts'
import type { GraphSource } from './ports/graph-source.ts'
import type { LeaseBook } from './ports/lease-book.ts'
import type { LoadRegistry } from './ports/load-registry.ts'
import type { RunRecovery } from './ports/run-recovery.ts'
import type { RunStore } from './ports/run-store.ts'
import type { ZoneDirectory } from './ports/zone-directory.ts'
import { runPolicyOf } from './run-policy-of.ts'
import { ObjectsDriver } from './services/objects-driver.ts'
import { Scheduler } from './services/scheduler.ts'

export interface ProgramParts {
  readonly config: OrchestratorConfig
  readonly transport: Transport
  readonly store: RunStore
  readonly recovery: RunRecovery
  readonly registry: LoadRegistry
  readonly builds: BuildRegistry
  readonly leases: LeaseBook
  readonly directory: ZoneDirectory
  /** See OrchestratorParts. */
  readonly isAlone?: boolean
  readonly workflows: readonly Workflow[]
  /** The object files to be kept running, if there are any. */
  readonly source: GraphSource | undefined
  /** Further things that readiness asks for. */
  readonly checks: readonly ReadinessCheck[]
  /** Further loops whose turning liveness asks for. */
  readonly heartbeats: readonly Heartbeat[]
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly meter: Meter
  readonly newRunId: () => string
  /** What must be there before the group is joined; probes are served meanwhile. */
  readonly prepare?: (() => Promise<void>) | undefined
  readonly version: string
}

export interface OrchestratorProgram extends Service {
  readonly orchestrator: Orchestrator
  readonly scheduler: Scheduler
  readonly api: HttpService
}

/** A main loop that has not turned for this long is stuck: the loops turn once a second. */
const stuckAfterMs = 30_000
const drainMs = 10_000

export function buildProgram(parts: ProgramParts): OrchestratorProgram {
  const { config, clock } = parts
  const beats = {
    watchdog: new Heartbeat(clock, 'watchdog', stuckAfterMs),
    scheduler: new Heartbeat(clock, 'scheduler', 4 * stuckAfterMs),
  }
  const timeZone = config.schedule.timeZone ?? fallbackTimeZone
  const orchestrator = buildOrchestrator({
    ...parts,
    topics: config.topics,
    group: config.consumer.group,
    timeZone,
    drainMs,
    beat: () => beats.watchdog.beat(),
  })
  const timed = {
    ...parts,
    ...orchestrator,
    ...timeParts(config, timeZone),
    beat: () => beats.scheduler.beat(),
  }
  const scheduler = new Scheduler({ ...timed, tenants: config.schedule.tenants })
  const driver =
    parts.source && new ObjectsDriver({ ...timed, ...driverParts(parts.source, config, timeZone) })
  const life = new ProgramLife({ ...parts, orchestrator, scheduler, driver, beats: Object.values(beats) })
  const api = newApiServer({
    ...parts,
    ...config.http,
    ...orchestrator,
    scheduler,
    policy: runPolicyOf(config),
    probes: {
      clock,
      meter: parts.meter,
      heartbeats: [...Object.values(beats), ...parts.heartbeats],
      checks: [joined(orchestrator), rebuilt(orchestrator), ...parts.checks],
      isStarted: () => life.isStarted,
    },
  })
  return {
    name: 'orchestrator program',
    orchestrator,
    scheduler,
    api,
    start: () => life.start(api),
    stop: () => life.stop(api),
  }
}

interface LifeParts extends Pick<ProgramParts, 'clock' | 'random' | 'logger' | 'prepare'> {
  readonly orchestrator: Orchestrator
  readonly scheduler: Scheduler
  readonly driver: ObjectsDriver | undefined
  readonly beats: readonly Heartbeat[]
}

/** The order in which the parts of the program come up and go down. */
class ProgramLife {
  isStarted = false
  readonly #parts: LifeParts
  readonly #stopping = new AbortController()

  constructor(parts: LifeParts) {
    this.#parts = parts
  }

  /** Probes are served from the first moment; a broker that is not there yet is waited for. */
  async start(api: HttpService): Promise<void> {
    const { orchestrator, scheduler, driver, prepare } = this.#parts
    await api.start()
    await prepare?.()
    const persistence = { ...this.#parts, signal: this.#stopping.signal, worthwhile: isRetryable }
    const joining = () => orchestrator.start()
    await insist('join the group of the answers', joining, persistence)
    if (this.#stopping.signal.aborted) return
    await scheduler.start()
    await driver?.start()
    this.isStarted = true
  }

  async stop(api: HttpService): Promise<void> {
    const { orchestrator, scheduler, driver, beats } = this.#parts
    this.#stopping.abort()
    this.isStarted = false
    await driver?.stop()
    await scheduler.stop()
    await api.stop()
    await orchestrator.stop()
    for (const beat of beats) beat.rest()
  }
}

function timeParts(config: OrchestratorConfig, timeZone: string) {
  return { policy: runPolicyOf(config), catchUp: config.schedule.catchUp, timeZone }
}

function driverParts(source: GraphSource, config: OrchestratorConfig, timeZone: string) {
  const { cron } = config.objects
  const schedule = cron === undefined ? undefined : scheduleOf(cron, timeZone)
  return { source, tenant: config.schedule.tenants[0] ?? 'default', reuse: 'none' as const, schedule }
}

function joined(orchestrator: Orchestrator): ReadinessCheck {
  const check = async () => {
    if (!orchestrator.intake.isJoined()) throw new Error('not a member of the group of the answers (yet)')
  }
  return { name: 'answers', check }
}

function rebuilt({ restorer }: Orchestrator): ReadinessCheck {
  const check = async () => {
    if (restorer.isRebuilding)
      throw new Error('redis-rebuilding: what the store has lost comes back from the journal')
  }
  return { name: 'store', check }
}
