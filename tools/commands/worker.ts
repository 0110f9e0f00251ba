// `worker ZONE`: a worker of one zone on Kafka and Redis.

import { Argument, Command } from 'commander'
import { zones } from '../../shared/base/layer.ts'
import { modeOf } from '../../shared/config/mode.ts'
import { configFault, secretsOf } from '../../shared/config/read-config.ts'
import { workerConfig, workerSchema } from '../../workers/config.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import type { ExitCode } from '../exit-codes.ts'

export const workerCommand: CommandMaker = (context, end) => {
  const command = new Command('worker')
    .description(
      'Starts a worker of one zone on Kafka and Redis. (`start` without them has the three zones in it.)',
    )
    .addArgument(new Argument('<zone>', 'which zone').choices(zones))
    .option('--json', 'log as JSON lines on a terminal too')
    .action(async (zone: string, options: { readonly json?: boolean }) =>
      end(await work(context, zone, options.json === true)),
    )
  return withExamples(command, [
    [
      'KAFKA_BOOTSTRAP=kafka:9092 REDIS_URL=redis://redis:6379 millefeuille worker ingestion',
      'one process of a zone',
    ],
    ['MAX_WORKERS=50 millefeuille worker application', 'with 50 loaders at a time'],
  ])
}

async function work({ env }: CommandContext, zone: string, json: boolean): Promise<ExitCode> {
  const config = workerConfig({ ...env, WORKER_TYPE: zone })
  if (modeOf(config) === 'embedded') {
    const allowed = 'host:port, with REDIS_URL (without both, `millefeuille start` has the three zones in it)'
    throw configFault([{ variable: 'KAFKA_BOOTSTRAP', allowed }])
  }
  const { WinstonLogger } = await import('../../shared/adapters/system/winston-logger.ts')
  const { runProgram } = await import('../../shared/adapters/system/run-program.ts')
  const { buildRealWorker } = await import('../../workers/build-real-worker.ts')
  const file = config.log.file === undefined ? {} : { file: config.log.file }
  const logger = new WinstonLogger({
    level: config.log.level,
    ...file,
    ...(json ? { pretty: false } : {}),
    secrets: secretsOf(workerSchema, env),
  })
  const make = async (onFatal: (error: Error) => void) => buildRealWorker({ config, logger, onFatal })
  return await runProgram({ logger, make })
}
