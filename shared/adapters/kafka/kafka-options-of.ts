// Kafka options out of the configuration, the same for both programs.

import type { KafkaConfig } from '../../config/shared-settings.ts'
import type { KafkaOptions } from './kafka-options.ts'

/** A killed worker's partitions go to its colleagues after this long: well below the lease of an attempt. */
const sessionTimeoutMs = 10_000

export function kafkaOptionsOf(kafka: KafkaConfig, clientId: string): KafkaOptions {
  const { brokers, ssl, saslMechanism, saslUsername, saslPassword } = kafka
  const sasl =
    saslMechanism === undefined || saslUsername === undefined || saslPassword === undefined
      ? {}
      : { sasl: { mechanism: saslMechanism, username: saslUsername, password: saslPassword } }
  return { brokers, clientId, ssl, sessionTimeoutMs, rebalanceTimeoutMs: 30_000, ...sasl }
}
