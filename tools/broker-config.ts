// What the command line reads of the environment to talk to Kafka and Redis themselves.

import { configFault, type Environment, readConfig } from '../shared/config/read-config.ts'
import {
  kafkaSettings,
  logSettings,
  redisSettings,
  type SharedConfig,
  sharedCrossCheck,
  topicSettings,
} from '../shared/config/shared-settings.ts'

const schema = { kafka: kafkaSettings, redis: redisSettings, topics: topicSettings, log: logSettings }

/** Throws CONFIG_INVALID with all that is wrong. */
export function brokerConfig(env: Environment): SharedConfig {
  return readConfig<SharedConfig>(schema, env, [sharedCrossCheck])
}

/** For commands that do nothing without Kafka: CONFIG_INVALID when no broker is named. */
export function kafkaOnlyConfig(env: Environment): SharedConfig {
  const config = brokerConfig(env)
  if (config.kafka.brokers.length > 0) return config
  throw configFault([
    { variable: 'KAFKA_BOOTSTRAP', allowed: 'missing: name the brokers, as 127.0.0.1:9092' },
  ])
}
