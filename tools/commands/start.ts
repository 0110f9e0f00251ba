// `start`: the orchestrator, on Kafka and Redis when they are configured, else the whole house in this process.

import { Command } from 'commander'
import { type OrchestratorConfig, orchestratorConfig, orchestratorSchema } from '../../orchestrator/config.ts'
import type { DataFolder } from '../../shared/adapters/sqlite/data-folder.ts'
import { modeOf } from '../../shared/config/mode.ts'
import { type Environment, secretsOf } from '../../shared/config/read-config.ts'
import { version } from '../../shared/config/version.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Service } from '../../shared/service/service.ts'
import { workerSchema } from '../../workers/config.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { embeddedConfig, isEmbedded } from '../embedded/embedded-config.ts'
import { withExamples } from '../examples.ts'
import type { ExitCode } from '../exit-codes.ts'
import { reportError } from '../report-error.ts'

export const startCommand: CommandMaker = (context, end) => {
  const command = new Command('start')
    .description(
      'Starts the orchestrator; without KAFKA_BOOTSTRAP and REDIS_URL with the three zones, all in this process.',
    )
    .option('--json', 'log as JSON lines on a terminal too')
    .option('--ephemeral', 'all in this process: keep nothing on the disk')
    .action(async (options: StartOptions) => end(await start(context, options)))
  return withExamples(command, [
    ['millefeuille start', 'all in one process, with the sample objects'],
    ['OBJECTS_PATH=objects/ millefeuille start', 'your own'],
    [
      'KAFKA_BOOTSTRAP=kafka:9092 REDIS_URL=redis://redis:6379 millefeuille start',
      'the orchestrator on Kafka and Redis',
    ],
  ])
}

interface StartOptions {
  readonly json?: boolean
  readonly ephemeral?: boolean
}

async function start(context: CommandContext, options: StartOptions): Promise<ExitCode> {
  const { env } = context
  // All that is wrong is said before anything else, also of the zones where they are in this process.
  const config = isEmbedded(env) ? embeddedConfig(env).orchestrator : orchestratorConfig(env)
  const isReal = modeOf(config) === 'real'
  if (isReal || options.ephemeral === true) return startIn(context, options, { config, isReal })
  const { DataFolder } = await import('../../shared/adapters/sqlite/data-folder.ts')
  // Before anything is begun or said: a second process on the folder is told so, and nothing else.
  const folder = DataFolder.open(config.data.dir)
  try {
    return await startIn(context, options, { config, isReal, folder })
  } finally {
    folder.close()
  }
}

interface Surroundings {
  readonly config: OrchestratorConfig
  readonly isReal: boolean
  readonly folder?: DataFolder
}

async function startIn(
  { env, terminal }: CommandContext,
  { json = false }: StartOptions,
  { config, isReal, folder }: Surroundings,
): Promise<ExitCode> {
  const { WinstonLogger } = await import('../../shared/adapters/system/winston-logger.ts')
  const { runProgram } = await import('../../shared/adapters/system/run-program.ts')
  const file = config.log.file === undefined ? {} : { file: config.log.file }
  const logger = new WinstonLogger({
    level: config.log.level,
    ...file,
    ...(json ? { pretty: false } : {}),
    secrets: [...secretsOf(orchestratorSchema, env), ...secretsOf(workerSchema, env)],
  })
  // Said before anything is logged; a port that the machine chooses is only known later.
  const { host, port } = config.http
  const isKnown = port !== 0
  const say = (url: string) => {
    const mode = isReal ? 'real' : 'embedded'
    if (json) terminal.message(JSON.stringify({ format: 'millefeuille/start@1', version, mode, url }))
    else for (const line of whereToLook(url, isReal, folder?.path)) terminal.message(line)
  }
  if (isKnown) say(`http://${host.includes(':') ? `[${host}]` : host}:${port}`)
  const make = (onFatal: (error: Error) => void) =>
    makeProgram({ isReal, config, env, logger, onFatal, folder })
  let failure: unknown
  const noted = (error: unknown) => {
    failure = error
    throw error
  }
  const code = await runProgram({
    logger,
    make: async (onFatal) => {
      const program = await make(onFatal).catch(noted)
      return { ...program, start: () => program.start().catch(noted) }
    },
    started: (program) => isKnown || say(program.url()),
  })
  // The log has it too; for people the reason stands last, and not in the middle of what was begun.
  if (failure !== undefined && !json) reportError(failure, terminal)
  return code
}

interface Making {
  readonly isReal: boolean
  readonly config: OrchestratorConfig
  readonly env: Environment
  readonly logger: Logger
  readonly folder: DataFolder | undefined
  readonly onFatal: (error: Error) => void
}

/** Kafka's and Redis' packages are only loaded where they are used. */
async function makeProgram({ isReal, ...parts }: Making): Promise<Service & { url(): string }> {
  if (!isReal) {
    const { buildEmbeddedProgram } = await import('../embedded/embedded-program.ts')
    return await buildEmbeddedProgram({ ...parts, version })
  }
  const { buildRealProgram } = await import('../../orchestrator/build-real-program.ts')
  const real = await buildRealProgram({ ...parts, version })
  return Object.assign(real, { url: () => real.program.api.url })
}

/** The first lines of a start; `data` is the folder of a house that keeps its runs on this disk. */
export function whereToLook(url: string, isReal: boolean, data: string | undefined): readonly string[] {
  const kept = data === undefined ? 'nowhere: all is gone when it ends (--ephemeral)' : data
  return [
    `Millefeuille ${version}, ${isReal ? 'the orchestrator on Kafka and Redis' : 'all in this process; stop it with Ctrl-C'}`,
    `  runs      ${url}/api/v1/runs`,
    `  schedule  ${url}/api/v1/schedule`,
    `  health    ${url}/health/readiness`,
    `  metrics   ${url}/metrics`,
    ...(isReal ? [] : [`  kept in   ${kept}`]),
    `  look      npx millefeuille status --server ${url}`,
  ]
}
