// Builds the kafkajs client: the one place where connection settings meet kafkajs.

import kafkajs, { type Cluster, type Kafka, type KafkaConfig } from 'kafkajs'
import { assert } from '../../base/assert.ts'
import type { Logger } from '../../ports/logger.ts'
import { patchCoordinatorSearch } from './coordinator-patch.ts'
import { logCreatorOf } from './kafka-logs.ts'
import type { KafkaSettings } from './kafka-options.ts'
import { patchRecordEncoding } from './record-encoding-patch.ts'
import { patchRequestQueue } from './request-queue-patch.ts'
import { registerZstd } from './zstd-codec.ts'

export function retriesOf(settings: KafkaSettings) {
  return { initialRetryTime: 100, maxRetryTime: 2_000, multiplier: 2, retries: settings.retries }
}

export function kafkaClient(settings: KafkaSettings, logger: Logger): Kafka {
  patchRequestQueue()
  patchCoordinatorSearch()
  patchRecordEncoding()
  registerZstd()
  const config: KafkaConfig = {
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: Math.min(5_000, settings.requestTimeoutMs),
    requestTimeout: settings.requestTimeoutMs,
    retry: retriesOf(settings),
    logLevel: logger.enabled('debug') ? kafkajs.logLevel.INFO : kafkajs.logLevel.WARN,
    logCreator: logCreatorOf(logger),
  }
  if (settings.ssl) config.ssl = true
  if (settings.sasl !== undefined) config.sasl = saslOf(settings.sasl)
  return new kafkajs.Kafka(config)
}

function saslOf({
  mechanism,
  username,
  password,
}: NonNullable<KafkaSettings['sasl']>): KafkaConfig['sasl'] & {} {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password }
    case 'scram-sha-256':
      return { mechanism, username, password }
    case 'scram-sha-512':
      return { mechanism, username, password }
  }
}

/**
 * A view of the cluster that belongs to no group. kafkajs hands its cluster to partition assigners only,
 * so this asks for it with an assigner of a consumer that never joins.
 */
export function clusterOf(kafka: Kafka): Cluster {
  let found: Cluster | undefined
  const catchCluster = ({ cluster }: { cluster: Cluster }) => {
    found = cluster
    const unused = () => assert(false, 'this consumer never joins a group') as never
    return { name: 'none', version: 0, assign: unused, protocol: unused }
  }
  kafka.consumer({ groupId: 'none', partitionAssigners: [catchCluster], allowAutoTopicCreation: false })
  assert(found !== undefined, 'kafkajs makes its assigners with the consumer')
  return found
}
