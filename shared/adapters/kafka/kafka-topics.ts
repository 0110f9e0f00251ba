// Looks after topics: creates them, and says what is there and how far groups have come.

import kafkajs, { type Admin, type ITopicConfig, type Kafka } from 'kafkajs'
import { assert } from '../../base/assert.ts'
import { type Logger, silentLogger } from '../../ports/logger.ts'
import { kafkaClient } from './kafka-client.ts'
import { kafkaFault } from './kafka-fault.ts'
import { type KafkaOptions, type KafkaSettings, withDefaults } from './kafka-options.ts'

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  /** Default: the broker's own. */
  readonly replicas?: number
  /** Topic settings of Kafka, such as `retention.ms`. */
  readonly config?: Readonly<Record<string, string>>
}

export interface TopicDescription {
  readonly name: string
  readonly partitions: number
  /** The smallest number of replicas, and of replicas in sync, of any partition. */
  readonly replicas: number
  readonly inSync: number
  /** The settings named in `describedSettings`. */
  readonly config: Readonly<Record<string, string>>
}

export interface GroupPosition {
  readonly topic: string
  readonly partition: number
  /** The offset at which the group goes on; undefined: it has not committed any. */
  readonly committed: number | undefined
  /** The offset of the oldest record that is kept. */
  readonly start: number
  readonly end: number
  /** Records from the committed offset, else from the oldest, to the end. */
  readonly lag: number
}

const describedSettings = ['cleanup.policy', 'compression.type', 'max.message.bytes', 'retention.ms']

/** For `topics create`, `doctor` and tests. Every method rejects with TRANSPORT_UNAVAILABLE or TRANSPORT_REFUSED. */
export class KafkaTopics {
  readonly #settings: KafkaSettings
  readonly #kafka: Kafka
  #admin: Promise<Admin> | undefined

  constructor(options: KafkaOptions, logger: Logger = silentLogger) {
    this.#settings = withDefaults(options)
    this.#kafka = kafkaClient(this.#settings, logger)
  }

  /**
   * Creates what is not there; what is there is left as it is, also with other partitions. Unless told
   * otherwise the broker stores these topics in the codec of this house, whatever a producer sends:
   * kafkajs cannot read Snappy and LZ4, and ends when it meets them.
   */
  async create(specs: readonly TopicSpec[]): Promise<{ readonly created: readonly string[] }> {
    return this.#ask('topics cannot be created', async (admin) => {
      const present = new Set(await admin.listTopics())
      const missing = specs.filter(({ name }) => !present.has(name))
      if (missing.length === 0) return { created: [] }
      const topics = missing.map((spec) => this.#configOf(spec))
      await admin.createTopics({ topics, waitForLeaders: true }).catch(ignoreExisting)
      return { created: missing.map(({ name }) => name) }
    })
  }

  #configOf({ name, partitions, replicas, config }: TopicSpec): ITopicConfig {
    const codec = this.#settings.compression === 'gzip' ? 'gzip' : 'uncompressed'
    const entries = Object.entries({ 'compression.type': codec, ...config })
    return {
      topic: name,
      numPartitions: partitions,
      replicationFactor: replicas ?? -1,
      configEntries: entries.map(([entry, value]) => ({ name: entry, value })),
    }
  }

  /** The topics of these names that exist, in order of name; without names all but Kafka's own. */
  async describe(names?: readonly string[]): Promise<readonly TopicDescription[]> {
    return this.#ask('topics cannot be described', async (admin) => {
      const wanted = names === undefined ? undefined : new Set(names)
      const present = (await admin.listTopics())
        .filter((name) => (wanted === undefined ? !name.startsWith('__') : wanted.has(name)))
        .sort()
      if (present.length === 0) return []
      const { topics } = await admin.fetchTopicMetadata({ topics: present })
      const configs = await settingsOf(admin, present)
      return topics
        .map(({ name, partitions }) => ({
          name,
          partitions: partitions.length,
          replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
          inSync: Math.min(...partitions.map(({ isr }) => isr.length)),
          config: configs.get(name) ?? {},
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    })
  }

  /** How far the group has come in these topics, which must exist. */
  async positions(group: string, topics: readonly string[]): Promise<readonly GroupPosition[]> {
    return this.#ask(`offsets of ${group} cannot be read`, async (admin) => {
      const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] })
      const ends = await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)))
      return topics.flatMap((topic, index) => {
        const known = committed.find((candidate) => candidate.topic === topic)?.partitions ?? []
        const offsets = new Map(known.map(({ partition, offset }) => [partition, Number(offset)]))
        return (ends[index] ?? [])
          .map(({ partition, high, low }) =>
            positionOf(topic, partition, offsets.get(partition) ?? -1, Number(low), Number(high)),
          )
          .sort((a, b) => a.partition - b.partition)
      })
    })
  }

  /** How many members the group has now. */
  async members(group: string): Promise<number> {
    return this.#ask(`group ${group} cannot be described`, async (admin) => {
      const { groups } = await admin.describeGroups([group])
      return groups[0]?.members.length ?? 0
    })
  }

  /** The group goes on at `offset`. Kafka refuses it while the group has members. */
  async moveTo(group: string, topic: string, partition: number, offset: number): Promise<void> {
    const partitions = [{ partition, offset: String(offset) }]
    await this.#ask(`${group} cannot be moved`, (admin) =>
      admin.setOffsets({ groupId: group, topic, partitions }),
    )
  }

  /** How many brokers the cluster has. */
  async brokers(): Promise<number> {
    return this.#ask('the cluster cannot be described', async (admin) => {
      const { brokers } = await admin.describeCluster()
      return brokers.length
    })
  }

  async close(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined)
    this.#admin = undefined
    await admin?.disconnect().catch(() => {})
  }

  async #ask<Answer>(what: string, question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    try {
      this.#admin ??= this.#connect()
      return await question(await this.#admin)
    } catch (error) {
      await this.close()
      throw kafkaFault(error, what)
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin()
    await admin.connect()
    return admin
  }
}

function positionOf(
  topic: string,
  partition: number,
  offset: number,
  low: number,
  end: number,
): GroupPosition {
  assert(low <= end, 'a log begins before it ends')
  const committed = offset >= 0 ? offset : undefined
  return { topic, partition, committed, start: low, end, lag: end - Math.max(committed ?? low, low) }
}

/** Somebody else created them in between. */
function ignoreExisting(error: unknown): void {
  const errors: readonly unknown[] =
    error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error]
  const isExisting = (one: unknown) =>
    one instanceof Error && 'type' in one && one.type === 'TOPIC_ALREADY_EXISTS'
  if (!errors.every(isExisting)) throw error
}

async function settingsOf(admin: Admin, topics: readonly string[]) {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: describedSettings,
    })),
  })
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  )
}
