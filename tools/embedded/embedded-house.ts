// The whole house in this process for one command: an orchestrator and the three zones, without HTTP.

import { buildOrchestrator, type Orchestrator } from '../../orchestrator/build-orchestrator.ts'
import type { OrchestratorConfig } from '../../orchestrator/config.ts'
import { factLine } from '../../orchestrator/http/fact-line.ts'
import { OpenRunDesk } from '../../orchestrator/http/open-run-desk.ts'
import { runResourceOf } from '../../orchestrator/http/run-resource-of.ts'
import { runPolicyOf } from '../../orchestrator/run-policy-of.ts'
import { DataFolder } from '../../shared/adapters/sqlite/data-folder.ts'
import { randomRunId, systemRandom } from '../../shared/adapters/system/random-ids.ts'
import { WinstonLogger } from '../../shared/adapters/system/winston-logger.ts'
import type { FactLine, OpenRunAnswer, OpenRunBody, RunResource } from '../../shared/api/run-resource.ts'
import { Fault } from '../../shared/base/fault.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import type { Service } from '../../shared/service/service.ts'
import { ServiceGroup } from '../../shared/service/service.ts'
import type { CommandContext } from '../command-context.ts'
import type { House } from '../house.ts'
import { embeddedAdapters } from './embedded-adapters.ts'
import { embeddedConfig } from './embedded-config.ts'
import { embeddedZones } from './embedded-zones.ts'

export class EmbeddedHouse implements House {
  readonly isEmbedded = true
  readonly #orchestrator: Orchestrator
  readonly #services: Service
  readonly #desk: OpenRunDesk
  readonly #logger: WinstonLogger
  readonly #folder: DataFolder | undefined
  readonly goingOn: readonly RunResource[]

  private constructor(parts: {
    orchestrator: Orchestrator
    folder: DataFolder | undefined
    goingOn: readonly RunResource[]
    services: Service
    desk: OpenRunDesk
    logger: WinstonLogger
  }) {
    this.#orchestrator = parts.orchestrator
    this.#services = parts.services
    this.#desk = parts.desk
    this.#logger = parts.logger
    this.#folder = parts.folder
    this.goingOn = parts.goingOn
  }

  /** Rejects with CONFIG_INVALID, or as DataFolder.open; with `isEphemeral` nothing is kept on a disk. */
  static async start(context: CommandContext, isEphemeral: boolean): Promise<EmbeddedHouse> {
    const config = embeddedConfig(context.env).orchestrator
    const folder = isEphemeral ? undefined : DataFolder.open(config.data.dir)
    try {
      return await EmbeddedHouse.#build(context, config, folder)
    } catch (error) {
      folder?.close()
      throw error
    }
  }

  static async #build({ env, clock }: CommandContext, config: OrchestratorConfig, folder?: DataFolder) {
    // What people look at is the progress; the log has only what they must know, unless they ask for more.
    const level = env.LOG_LEVEL === undefined ? 'error' : config.log.level
    const logger = new WinstonLogger({ level, stream: process.stderr })
    const adapters = embeddedAdapters({ clock, logger, topics: config.topics, folder })
    const surroundings = { ...config, clock, random: systemRandom, logger, meter: silentMeter }
    const orchestrator = buildOrchestrator({
      ...surroundings,
      ...adapters,
      transport: adapters.newTransport(),
      group: 'orchestrator',
      timeZone: config.schedule.timeZone ?? 'UTC',
      drainMs: 5_000,
      beat: () => {},
    })
    const desk = new OpenRunDesk({
      ...surroundings,
      ...adapters,
      ...orchestrator,
      scheduler: noWorkflows,
      probes: { checks: [] },
      policy: runPolicyOf(config),
      newRunId: randomRunId,
    })
    // Nobody but the process before can have opened any; the zones are not there yet to end them.
    let goingOn: readonly RunResource[] = []
    const note = async () => {
      const running = await adapters.store.list({ state: 'running', limit: Number.MAX_SAFE_INTEGER })
      goingOn = running.map(runResourceOf)
    }
    const services = new ServiceGroup([
      orchestrator,
      { name: 'runs that go on', start: note, stop: async () => {} },
      // Loaders that still run belong to a run that was given up: nobody waits for what they answer.
      ...embeddedZones({ env, clock, logger, meter: silentMeter, adapters, drainMs: 0 }),
      adapters.retention,
    ])
    await services.start()
    return new EmbeddedHouse({ orchestrator, services, desk, logger, folder, goingOn })
  }

  openRun(body: OpenRunBody): Promise<OpenRunAnswer> {
    return this.#desk.open(body, {})
  }

  async *followFacts(runId: string, signal: AbortSignal): AsyncIterable<FactLine> {
    for await (const item of this.#orchestrator.feed.follow(runId, undefined, signal))
      yield factLine(runId, item)
  }

  cancelRun(runId: string, reason: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#orchestrator.conductor.submit(runId, {
        input: { kind: 'cancel', reason },
        settle: () => resolve(),
        refuse: reject,
      })
    })
  }

  async close(): Promise<void> {
    await this.#services.stop()
    this.#folder?.close()
    await this.#logger.flush()
  }
}

/** A house for one command has no schedule. */
const noWorkflows = {
  workflows: [],
  nextTicks: async () => [],
  trigger: async (name: string) => {
    throw new Fault('WORKFLOW_UNKNOWN', `there is no workflow '${name}' in this process`)
  },
}
