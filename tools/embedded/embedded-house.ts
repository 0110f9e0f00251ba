// The whole house in this process for one command: an orchestrator and the three zones, without HTTP.

import { buildOrchestrator, type Orchestrator } from '../../orchestrator/build-orchestrator.ts'
import { factLine } from '../../orchestrator/http/fact-line.ts'
import { OpenRunDesk } from '../../orchestrator/http/open-run-desk.ts'
import { runPolicyOf } from '../../orchestrator/run-policy-of.ts'
import { randomRunId, systemRandom } from '../../shared/adapters/system/random-ids.ts'
import { WinstonLogger } from '../../shared/adapters/system/winston-logger.ts'
import type { FactLine, OpenRunAnswer, OpenRunBody } from '../../shared/api/run-resource.ts'
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

  private constructor(parts: {
    orchestrator: Orchestrator
    services: Service
    desk: OpenRunDesk
    logger: WinstonLogger
  }) {
    this.#orchestrator = parts.orchestrator
    this.#services = parts.services
    this.#desk = parts.desk
    this.#logger = parts.logger
  }

  /** Rejects with CONFIG_INVALID. */
  static async start({ env, clock }: CommandContext): Promise<EmbeddedHouse> {
    const config = embeddedConfig(env).orchestrator
    // What people look at is the progress; the log has only what they must know, unless they ask for more.
    const level = env.LOG_LEVEL === undefined ? 'error' : config.log.level
    const logger = new WinstonLogger({ level, stream: process.stderr })
    const adapters = embeddedAdapters(clock, logger, config.topics)
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
    const services = new ServiceGroup([
      orchestrator,
      // Loaders that still run belong to a run that was given up: nobody waits for what they answer.
      ...embeddedZones({ env, clock, logger, meter: silentMeter, adapters, drainMs: 0 }),
    ])
    await services.start()
    return new EmbeddedHouse({ orchestrator, services, desk, logger })
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
