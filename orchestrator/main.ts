// The orchestrator as a process: reads the environment, builds everything, holds no logic.

import { runProgram } from '../shared/adapters/system/run-program.ts'
import { WinstonLogger } from '../shared/adapters/system/winston-logger.ts'
import { messageOf } from '../shared/base/fault.ts'
import { modeOf } from '../shared/config/mode.ts'
import { configFault, secretsOf } from '../shared/config/read-config.ts'
import { version } from '../shared/config/version.ts'
import { buildRealProgram } from './build-real-program.ts'
import { orchestratorConfig, orchestratorSchema } from './config.ts'

try {
  const config = orchestratorConfig(process.env)
  if (modeOf(config) === 'embedded') {
    throw configFault([
      { variable: 'KAFKA_BOOTSTRAP', allowed: 'host:port, with REDIS_URL (without both: `npm start`)' },
    ])
  }
  const secrets = secretsOf(orchestratorSchema, process.env)
  const logger = new WinstonLogger({
    level: config.log.level,
    ...(config.log.file ? { file: config.log.file } : {}),
    secrets,
  })
  const make = (onFatal: (error: Error) => void) => buildRealProgram({ config, logger, version, onFatal })
  process.exit(await runProgram({ logger, make }))
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exit(2)
}
