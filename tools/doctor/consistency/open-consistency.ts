// The parts of the real house that doctor looks at and mends, connected and closed together.

import { RedisBuildRegistry } from '../../../orchestrator/adapters/redis/redis-build-registry.ts'
import { RedisLeaseBook } from '../../../orchestrator/adapters/redis/redis-lease-book.ts'
import { RedisLoadRegistry } from '../../../orchestrator/adapters/redis/redis-load-registry.ts'
import { RedisRunRecovery } from '../../../orchestrator/adapters/redis/redis-run-recovery.ts'
import { RedisRunStore } from '../../../orchestrator/adapters/redis/redis-run-store.ts'
import { RedisStoreInspection } from '../../../orchestrator/adapters/redis/redis-store-inspection.ts'
import { RedisZoneDirectory } from '../../../orchestrator/adapters/redis/redis-zone-directory.ts'
import { fallbackTimeZone } from '../../../orchestrator/core/schedule/workflow.ts'
import { Restorer } from '../../../orchestrator/services/restorer.ts'
import { kafkaOptionsOf } from '../../../shared/adapters/kafka/kafka-options-of.ts'
import { KafkaTopics } from '../../../shared/adapters/kafka/kafka-topics.ts'
import { KafkaTransport } from '../../../shared/adapters/kafka/kafka-transport.ts'
import { closeRedis, connectRedis } from '../../../shared/adapters/redis/connection.ts'
import { checkFormat } from '../../../shared/adapters/redis/house-format.ts'
import { systemRandom } from '../../../shared/adapters/system/random-ids.ts'
import { redisUrlOf } from '../../../shared/config/mode.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import { silentLogger } from '../../../shared/ports/logger.ts'
import { silentMeter } from '../../../shared/ports/meter.ts'
import { BriefReplica } from './brief-replica.ts'
import { type ConsistencyConfig, groupNamesOf } from './consistency-config.ts'
import { Inspector } from './inspector.ts'
import { JournalSurvey } from './journal-survey.ts'
import { Repairer } from './repairer.ts'

export interface Consistency {
  /** Rejects with FORMAT_NEWER when a newer release has written what Redis keeps. */
  checkFormat(): Promise<void>
  readonly inspector: Inspector
  readonly repairer: Repairer
  close(): Promise<void>
}

export interface ConsistencyOptions {
  /** Only this run is looked at. */
  readonly runId: string | undefined
  /** Called now and then with the number of records that were read of the journal. */
  readonly progress: (records: number) => void
}

/** As that of the orchestrator: ended runs and their plans stay for a week. */
const retentionMs = 7 * 86_400_000

export function openConsistency(
  config: ConsistencyConfig,
  clock: Clock,
  { runId, progress }: ConsistencyOptions,
): Consistency {
  const { topics } = config
  const options = kafkaOptionsOf(config.kafka, 'millefeuille-doctor')
  const base = { clock, logger: silentLogger, random: systemRandom, topics, journal: topics.journal }
  const transport = new KafkaTransport(options, { ...base, meter: silentMeter, onFatal: () => {} })
  const offsets = new KafkaTopics(options)
  const redis = connectRedis({ url: redisUrlOf(config.redis), name: 'millefeuille-doctor' }, silentLogger)
  const kept = { prefix: `${config.redis.prefix}:`, nowMs: () => clock.nowMs(), retentionMs }
  const store = new RedisRunStore(redis, { ...kept, retryTtlMs: config.retry.ttlMs })
  const recovery = new RedisRunRecovery(redis, kept)
  const inspection = new RedisStoreInspection(redis, kept)
  const registry = new RedisLoadRegistry(redis, kept.prefix)
  const leases = new RedisLeaseBook(redis, kept)
  const directory = new RedisZoneDirectory(redis, kept)
  const builds = new RedisBuildRegistry(redis, kept.prefix)
  const kinds = { store, recovery, inspection, registry, leases, directory, builds }
  const parts = { ...base, ...kinds, transport, offsets }
  const replica = new BriefReplica({ ...parts, group: config.consumer.group, timeZone: fallbackTimeZone })
  const survey = new JournalSurvey({ ...parts, progress })
  return {
    checkFormat: () => checkFormat(redis, kept.prefix),
    inspector: new Inspector({ ...parts, survey, holders: leases, names: groupNamesOf(config) }, runId),
    repairer: new Repairer({
      ...parts,
      restorer: new Restorer(parts),
      moveTo: (...place) => offsets.moveTo(...place),
      attend: (id) => replica.attend(id),
    }),
    close: async () => {
      await replica.stop()
      await Promise.all([transport.close(), offsets.close(), closeRedis(redis)])
    },
  }
}
