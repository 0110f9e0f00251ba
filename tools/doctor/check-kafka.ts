// Looks at Kafka: whether it answers, which release it is, and whether the topics are as configured.

import { kafkaOptionsOf } from '../../shared/adapters/kafka/kafka-options-of.ts'
import { KafkaTopics } from '../../shared/adapters/kafka/kafka-topics.ts'
import { kafkaVersion } from '../../shared/adapters/kafka/kafka-version.ts'
import { topicSpecs } from '../../shared/adapters/kafka/topic-specs.ts'
import { messageOf } from '../../shared/base/fault.ts'
import type { SharedConfig } from '../../shared/config/shared-settings.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { topicDifferences } from '../topics/topic-differences.ts'
import { counted } from '../validation.ts'
import { type Check, fail, ok, warn } from './check.ts'

/** Never rejects. */
export async function checkKafka({ kafka, topics }: SharedConfig): Promise<readonly Check[]> {
  const options = { ...kafkaOptionsOf(kafka, 'millefeuille-doctor'), retries: 1, requestTimeoutMs: 3_000 }
  const admin = new KafkaTopics(options, silentLogger)
  const at = kafka.brokers.join(', ')
  try {
    const [brokers, version] = [await admin.brokers(), await kafkaVersion(options, silentLogger)]
    const reachable = ok(
      'kafka',
      `answers at ${at}: ${brokers} broker${brokers === 1 ? '' : 's'}, release ${version}`,
    )
    return [
      reachable,
      ...(version.startsWith('older') ? [oldRelease(version)] : []),
      ...replicationChecks(kafka.replication, brokers),
      ...(await topicChecks(admin, topicSpecs(topics, kafka))),
    ]
  } catch (error) {
    const advice =
      'start it, or correct KAFKA_BOOTSTRAP (and KAFKA_SSL, KAFKA_SASL_*); the broker must advertise an address that this machine reaches (advertised.listeners)'
    return [fail('kafka', `${at}: ${messageOf(error)}`, advice)]
  } finally {
    await admin.close()
  }
}

function oldRelease(version: string): Check {
  return warn('kafka', `its release is ${version}`, 'use 3.0 or newer: older ones are not tested')
}

function replicationChecks(replication: number, brokers: number): readonly Check[] {
  if (replication > brokers)
    return [
      fail(
        'replication',
        `KAFKA_REPLICATION is ${replication}, the cluster has ${brokers}`,
        `set KAFKA_REPLICATION=${brokers}, or add brokers`,
      ),
    ]
  if (brokers >= 3 && replication < 3)
    return [
      warn(
        'replication',
        `KAFKA_REPLICATION is ${replication} on ${brokers} brokers: the loss of one can lose records`,
        'set KAFKA_REPLICATION=3 before the topics are created',
      ),
    ]
  return []
}

async function topicChecks(
  admin: KafkaTopics,
  specs: ReturnType<typeof topicSpecs>,
): Promise<readonly Check[]> {
  const found = new Map(
    (await admin.describe(specs.map(({ name }) => name))).map((topic) => [topic.name, topic]),
  )
  return specs.flatMap((spec) => {
    const name = `topic ${spec.name}`
    const topic = found.get(spec.name)
    if (topic === undefined) return [fail(name, 'it is not there', 'millefeuille topics create')]
    const differences = topicDifferences(spec, topic)
    if (differences.length === 0)
      return [ok(name, `${topic.partitions} partitions, ${counted(topic.replicas, 'replica')}`)]
    return differences.map(({ state, message, advice }) => ({ name, state, message, advice }))
  })
}
