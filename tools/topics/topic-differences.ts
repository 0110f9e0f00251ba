// Where a topic is not as the configuration says, and what to do about it.

import type { TopicDescription, TopicSpec } from '../../shared/adapters/kafka/kafka-topics.ts'
import { counted } from '../validation.ts'

export interface TopicDifference {
  /** `fail`: records can be lost or not be read. */
  readonly state: 'warn' | 'fail'
  readonly message: string
  readonly advice: string
}

export function topicDifferences(spec: TopicSpec, found: TopicDescription): readonly TopicDifference[] {
  return [
    ...partitionDifferences(spec, found),
    ...replicaDifferences(spec, found),
    ...settingDifferences(spec, found),
  ]
}

function partitionDifferences({ name, partitions }: TopicSpec, found: TopicDescription): TopicDifference[] {
  if (found.partitions === partitions) return []
  const message = `it has ${counted(found.partitions, 'partition')}, the configuration says ${partitions}`
  const keep = `set KAFKA_PARTITIONS=${found.partitions}`
  const advice =
    found.partitions < partitions
      ? `add partitions while no run goes on (kafka-topics.sh --alter --topic ${name} --partitions ${partitions}), or ${keep}`
      : `partitions cannot be taken away: ${keep}`
  return [{ state: 'warn', message, advice }]
}

function replicaDifferences({ replicas }: TopicSpec, found: TopicDescription): TopicDifference[] {
  const differences: TopicDifference[] = []
  if (replicas !== undefined && found.replicas < replicas)
    differences.push({
      state: 'warn',
      message: `it has ${counted(found.replicas, 'replica')}, the configuration says ${replicas}`,
      advice: 'add replicas with kafka-reassign-partitions.sh, or set KAFKA_REPLICATION',
    })
  if (found.inSync < found.replicas)
    differences.push({
      state: 'warn',
      message: `only ${found.inSync} of ${found.replicas} replicas are in sync`,
      advice: 'look at the brokers: one is down or slow',
    })
  return differences
}

/** How records stay readable and stay at all. */
function settingDifferences({ name, config }: TopicSpec, found: TopicDescription): TopicDifference[] {
  const alter = (setting: string) =>
    `kafka-configs.sh --alter --entity-type topics --entity-name ${name} --add-config ${setting}`
  const differences: TopicDifference[] = []
  if (found.config['cleanup.policy']?.includes('compact'))
    differences.push({
      state: 'fail',
      message: 'it is compacted: Kafka throws away all but the newest record of a key',
      advice: alter('cleanup.policy=delete'),
    })
  const codec = found.config['compression.type']
  if (codec === 'snappy' || codec === 'lz4')
    differences.push({
      state: 'fail',
      message: `the broker compresses it with ${codec}, which cannot be read here`,
      advice: alter('compression.type=uncompressed'),
    })
  const [wanted, kept] = [config?.['retention.ms'], found.config['retention.ms']]
  if (wanted !== undefined && kept !== undefined && Number(kept) !== -1 && Number(kept) < Number(wanted))
    differences.push({
      state: 'warn',
      message: `its records are kept for ${inDays(kept)}, the house counts on ${inDays(wanted)}`,
      advice: alter(`retention.ms=${wanted}`),
    })
  return differences
}

function inDays(ms: string): string {
  const days = Number(ms) / 86_400_000
  return days >= 1 ? counted(Math.floor(days), 'day') : counted(Math.floor(days * 24), 'hour')
}
