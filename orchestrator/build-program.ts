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
import type { GraphSource } from './ports/graph-source.ts'
import type { LoadRegistry } from './ports/load-registry.ts'
import type { RunStore } from './ports/run-store.ts'
import { runPolicyOf } from './run-policy-of.ts'
import { ObjectsDriver } from './services/objects-driver.ts'
import { Scheduler } from './services/scheduler.ts'

export interface ProgramParts {
  readonly config: OrchestratorConfig
  readonly transport: Transport
  readonly store: RunStore
  readonly registry: LoadRegistry
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
  const { config, clock, logger } = parts
  const timeZone = config.schedule.timeZone ?? fallbackTimeZone
  const policy = runPolicyOf(config)
  const { catchUp, tenants } = config.schedule
  const watchdogBeat = new Heartbeat(clock, 'watchdog', stuckAfterMs)
  const schedulerBeat = new Heartbeat(clock, 'scheduler', 4 * stuckAfterMs)
  const orchestrator = buildOrchestrator({
    ...parts,
    topics: config.topics,
    group: 'orchestrator',
    timeZone,
    drainMs,
    beat: () => watchdogBeat.beat(),
  })
  const timed = {
    ...parts,
    opener: orchestrator.opener,
    policy,
    catchUp,
    timeZone,
    beat: () => schedulerBeat.beat(),
  }
  const scheduler = new Scheduler({ ...timed, tenants })
  const driver =
    parts.source && new ObjectsDriver({ ...timed, ...driverParts(parts.source, config, timeZone) })
  let isStarted = false
  const api = newApiServer({
    ...parts,
    ...config.http,
    ...orchestrator,
    scheduler,
    policy,
    probes: {
      clock,
      meter: parts.meter,
      heartbeats: [watchdogBeat, schedulerBeat, ...parts.heartbeats],
      checks: [joined(orchestrator), ...parts.checks],
      isStarted: () => isStarted,
    },
  })
  const stopping = new AbortController()
  return { name: 'orchestrator program', orchestrator, scheduler, api, start, stop }

  // Probes are served from the first moment; a broker that is not there yet is waited for.
  async function start(): Promise<void> {
    await api.start()
    const persistence = {
      clock,
      logger,
      random: parts.random,
      signal: stopping.signal,
      worthwhile: isRetryable,
    }
    if (
      (await insist('join the group of the answers', () => orchestrator.start(), persistence)) === 'stopped'
    )
      return
    await scheduler.start()
    await driver?.start()
    isStarted = true
  }

  async function stop(): Promise<void> {
    stopping.abort()
    isStarted = false
    await driver?.stop()
    await scheduler.stop()
    await api.stop()
    await orchestrator.stop()
    for (const beat of [watchdogBeat, schedulerBeat]) beat.rest()
  }
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
