// The orchestrator as it is deployed, on Kafka and Redis with metrics and logs on, and an ear at its store.

import { createWriteStream } from 'node:fs'
import { RedisRunStore } from '../../orchestrator/adapters/redis/redis-run-store.ts'
import { buildRealProgram } from '../../orchestrator/build-real-program.ts'
import { orchestratorConfig } from '../../orchestrator/config.ts'
import { closeRedis, connectRedis } from '../../shared/adapters/redis/connection.ts'
import { WinstonLogger } from '../../shared/adapters/system/winston-logger.ts'
import { version } from '../../shared/config/version.ts'
import { play, type Role, settingsOf } from '../process/role.ts'
import { EndWatch } from './end-watch.ts'
import type { HouseSettings } from './house-settings.ts'
import { inFlightAnswer } from './in-flight.ts'
import { houseAnswers } from './run-shape.ts'

async function start({ environment, logFile }: HouseSettings): Promise<Role> {
  const config = orchestratorConfig(environment)
  const watch = new EndWatch(RedisRunStore)
  const logger = new WinstonLogger({ level: config.log.level, stream: createWriteStream(logFile) })
  const onFatal = (error: Error) => {
    throw error
  }
  const house = await buildRealProgram({ config, logger, version, onFatal })
  await house.start()
  // Another connection: what is read for the check is not asked of the house.
  const redis = connectRedis({ url: config.redis.url ?? '' }, logger)
  const store = new RedisRunStore(redis, {
    prefix: `${config.redis.prefix}:`,
    nowMs: Date.now,
    retryTtlMs: config.retry.ttlMs,
  })
  const { opener } = house.program.orchestrator
  return {
    answers: {
      ...houseAnswers({ opener, store, watch }),
      announce: inFlightAnswer({ opener, store, watch }),
    },
    stop: async () => {
      await house.stop()
      await closeRedis(redis)
      await logger.flush()
    },
  }
}

play(start(settingsOf<HouseSettings>()))
