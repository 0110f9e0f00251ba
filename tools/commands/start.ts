// `start`: the orchestrator, on Kafka and Redis when they are configured, else the whole house in this process.

import { Command } from 'commander'
import { orchestratorConfig, orchestratorSchema } from '../../orchestrator/config.ts'
import { modeOf } from '../../shared/config/mode.ts'
import { secretsOf } from '../../shared/config/read-config.ts'
import { version } from '../../shared/config/version.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import type { ExitCode } from '../exit-codes.ts'

export const startCommand: CommandMaker = (context, end) => {
  const command = new Command('start')
    .description(
      'Starts the orchestrator; without KAFKA_BOOTSTRAP and REDIS_URL with the three zones, all in this process.',
    )
    .action(async () => end(await start(context)))
  return withExamples(command, [
    ['millefeuille start', 'all in one process, with the sample objects'],
    ['OBJECTS_PATH=objects/ millefeuille start', 'your own'],
    [
      'KAFKA_BOOTSTRAP=kafka:9092 REDIS_URL=redis://redis:6379 millefeuille start',
      'the orchestrator on Kafka and Redis',
    ],
  ])
}

async function start({ env, terminal }: CommandContext): Promise<ExitCode> {
  const config = orchestratorConfig(env)
  const mode = modeOf(config)
  const { WinstonLogger } = await import('../../shared/adapters/system/winston-logger.ts')
  const { runProgram } = await import('../../shared/adapters/system/run-program.ts')
  const file = config.log.file === undefined ? {} : { file: config.log.file }
  const logger = new WinstonLogger({
    level: config.log.level,
    ...file,
    secrets: secretsOf(orchestratorSchema, env),
  })
  const say = (url: string, what: string) => {
    terminal.message(`Millefeuille ${version}, ${what}`)
    terminal.message(`  runs      ${url}/api/v1/runs`)
    terminal.message(`  schedule  ${url}/api/v1/schedule`)
    terminal.message(`  health    ${url}/health/readiness`)
    terminal.message(`  metrics   ${url}/metrics`)
    terminal.message(`  look      npx millefeuille status --server ${url}`)
  }
  if (mode === 'real') {
    const { buildRealProgram } = await import('../../orchestrator/build-real-program.ts')
    const make = async (onFatal: (error: Error) => void) => {
      const real = await buildRealProgram({ config, logger, version, onFatal })
      return Object.assign(real, { url: () => real.program.api.url })
    }
    return await runProgram({
      logger,
      make,
      started: (real) => say(real.url(), 'the orchestrator on Kafka and Redis'),
    })
  }
  const { buildEmbeddedProgram } = await import('../embedded/embedded-program.ts')
  const make = () => buildEmbeddedProgram({ config, env, logger, version })
  return await runProgram({
    logger,
    make,
    started: (house) => say(house.url(), `all in this process; loading ${house.objects}`),
  })
}
