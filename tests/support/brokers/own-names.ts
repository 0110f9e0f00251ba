// Names of topics, groups and keys that no other test on the same brokers has.

import { randomBytes } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'

export interface OwnNames {
  /** Begins every other name; also good for REDIS_PREFIX. Ends in a dot. */
  readonly prefix: string
  /** `name` with the prefix: a topic, a consumer group, a run id, a key. */
  of(name: string): string
}

/** A set of names of one test (or one file); `label` makes them readable on the broker. */
export function ownNames(label: string): OwnNames {
  const prefix = `t.${label.replaceAll(/[^a-zA-Z0-9-]+/g, '-')}.${randomBytes(4).toString('hex')}.`
  return { prefix, of: (name) => `${prefix}${name}` }
}

/** Creates topics on a broker that does not create them by itself; resolves when their leaders are there. */
export async function createTopics(
  bootstrap: string,
  topics: readonly string[],
  partitions = 4,
): Promise<void> {
  const admin = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: topics.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })),
    })
  } finally {
    await admin.disconnect()
  }
}
