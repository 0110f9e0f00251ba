// A zone's worker as it is deployed, on Kafka and Redis with leases, metrics and logs on, and an oracle beside it.

import { createWriteStream } from 'node:fs'
import { WinstonLogger } from '../../shared/adapters/system/winston-logger.ts'
import { buildRealWorker } from '../../workers/build-real-worker.ts'
import { workerConfig } from '../../workers/config.ts'
import { LoadLog } from '../process/load-log.ts'
import { play, type Role, settingsOf } from '../process/role.ts'
import type { HouseSettings } from './house-settings.ts'
import { watchLoads } from './load-watch.ts'

async function start({ environment, logFile }: HouseSettings): Promise<Role> {
  const config = workerConfig(environment)
  const log = new LoadLog()
  watchLoads(log)
  const logger = new WinstonLogger({ level: config.log.level, stream: createWriteStream(logFile) })
  const onFatal = (error: Error) => {
    throw error
  }
  const worker = buildRealWorker({ config, logger, onFatal })
  await worker.start()
  return {
    answers: { loads: () => log.take() },
    stop: async () => {
      await worker.stop()
      await logger.flush()
    },
  }
}

play(start(settingsOf<HouseSettings>()))
