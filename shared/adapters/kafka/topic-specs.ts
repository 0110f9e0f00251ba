// The topics of the house as they are created: partitions, replicas and how long Kafka keeps their records.

import type { KafkaConfig } from '../../config/shared-settings.ts'
import { allTopics, type Topics } from '../../events/topics.ts'
import type { TopicSpec } from './kafka-topics.ts'

const dayMs = 86_400_000

/** What must outlive any run: from the journal Redis is rebuilt, dead letters wait for people. */
const keptLong = 90 * dayMs
const keptShort = 7 * dayMs

/** For `topics create`, the start of the orchestrator, and `doctor`. */
export function topicSpecs(
  topics: Topics,
  kafka: Pick<KafkaConfig, 'partitions' | 'replication'>,
): readonly TopicSpec[] {
  const long = new Set([topics.journal, topics.dlq, topics.workflow])
  return allTopics(topics).map((name) => ({
    name,
    partitions: kafka.partitions,
    replicas: kafka.replication,
    config: { 'retention.ms': String(long.has(name) ? keptLong : keptShort) },
  }))
}
