// A worker of the zone that WORKER_TYPE names, as a process: reads the environment, builds everything, holds no logic.

import { runProgram } from '../shared/adapters/system/run-program.ts'
import { WinstonLogger } from '../shared/adapters/system/winston-logger.ts'
import { messageOf } from '../shared/base/fault.ts'
import { modeOf } from '../shared/config/mode.ts'
import { configFault, secretsOf } from '../shared/config/read-config.ts'
import { buildRealWorker } from './build-real-worker.ts'
import { requiredZone, workerConfig, workerSchema } from './config.ts'

try {
  const config = workerConfig(process.env)
  requiredZone(config)
  if (modeOf(config) === 'embedded') {
    throw configFault([
      { variable: 'KAFKA_BOOTSTRAP', allowed: 'host:port, with REDIS_URL (without both: `npm start`)' },
    ])
  }
  const secrets = secretsOf(workerSchema, process.env)
  const logger = new WinstonLogger({
    level: config.log.level,
    ...(config.log.file ? { file: config.log.file } : {}),
    secrets,
  })
  const make = async (onFatal: (error: Error) => void) => buildRealWorker({ config, logger, onFatal })
  process.exit(await runProgram({ logger, make }))
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exit(2)
}
