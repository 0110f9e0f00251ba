// The orchestrator program on Kafka and Redis: makes the real adapters and brings them up and down in order.

import { ensureTopics } from '../shared/adapters/kafka/ensure-topics.ts'
import { kafkaOptionsOf } from '../shared/adapters/kafka/kafka-options-of.ts'
import { KafkaTransport } from '../shared/adapters/kafka/kafka-transport.ts'
import { closeRedis, connectRedis } from '../shared/adapters/redis/connection.ts'
import { ProcessMetrics } from '../shared/adapters/system/process-metrics.ts'
import { PrometheusMeter } from '../shared/adapters/system/prometheus-meter.ts'
import { randomRunId, systemRandom } from '../shared/adapters/system/random-ids.ts'
import { SystemClock } from '../shared/adapters/system/system-clock.ts'
import { isRetryable } from '../shared/base/fault.ts'
import { redisUrlOf } from '../shared/config/mode.ts'
import type { Logger } from '../shared/ports/logger.ts'
import { insist } from '../shared/service/insist.ts'
import type { Service } from '../shared/service/service.ts'
import { FileGraphSource } from './adapters/file/file-graph-source.ts'
import { workflowsOf } from './adapters/file/shipped-workflows.ts'
import { RedisBuildRegistry } from './adapters/redis/redis-build-registry.ts'
import { RedisLeaseBook } from './adapters/redis/redis-lease-book.ts'
import { RedisLoadRegistry } from './adapters/redis/redis-load-registry.ts'
import { RedisRunRecovery } from './adapters/redis/redis-run-recovery.ts'
import { RedisRunStore } from './adapters/redis/redis-run-store.ts'
import { RedisZoneDirectory } from './adapters/redis/redis-zone-directory.ts'
import { awaitRedis } from './await-redis.ts'
import { buildProgram, type OrchestratorProgram } from './build-program.ts'
import type { OrchestratorConfig } from './config.ts'

export interface RealProgram extends Service {
  readonly program: OrchestratorProgram
}

export interface RealProgramParts {
  readonly config: OrchestratorConfig
  readonly logger: Logger
  readonly version: string
  /** The consumer is dead for good: the process should end and be started anew. */
  readonly onFatal: (error: Error) => void
}

/** Ended runs and their plans stay in Redis for a week. */
const retentionMs = 7 * 86_400_000

/** Reads the workflows; connects nothing yet. Rejects with WORKFLOW_INVALID or FILE_UNREADABLE. */
export async function buildRealProgram(parts: RealProgramParts): Promise<RealProgram> {
  const { config, logger } = parts
  const clock = new SystemClock()
  const meter = new PrometheusMeter()
  const options = kafkaOptionsOf(config.kafka, 'millefeuille-orchestrator')
  const transport = new KafkaTransport(options, { clock, logger, meter, onFatal: parts.onFatal })
  const redis = connectRedis({ url: redisUrlOf(config.redis), name: 'millefeuille-orchestrator' }, logger)
  const prefix = `${config.redis.prefix}:`
  const nowMs = () => clock.nowMs()
  const store = new RedisRunStore(redis, { prefix, nowMs, retryTtlMs: config.retry.ttlMs, retentionMs })
  const processMetrics = new ProcessMetrics(meter)
  const stopping = new AbortController()
  const persistence = {
    clock,
    random: systemRandom,
    logger,
    signal: stopping.signal,
    worthwhile: isRetryable,
  }
  const prepare = async () => {
    await awaitRedis(redis, { allowEviction: config.redis.allowEviction, prefix }, persistence)
    await insist('create the topics', () => ensureTopics(config, options, logger), persistence)
  }
  const program = buildProgram({
    ...parts,
    transport,
    store,
    recovery: new RedisRunRecovery(redis, { prefix, nowMs, retentionMs }),
    registry: new RedisLoadRegistry(redis, prefix),
    builds: new RedisBuildRegistry(redis, prefix),
    leases: new RedisLeaseBook(redis, { prefix, nowMs }),
    directory: new RedisZoneDirectory(redis, { prefix, nowMs }),
    workflows: await workflowsOf(config),
    source: config.objects.path === undefined ? undefined : new FileGraphSource(config.objects.path, clock),
    checks: [
      { name: 'kafka', check: () => transport.ping() },
      { name: 'redis', check: () => store.ping() },
    ],
    heartbeats: [],
    clock,
    random: systemRandom,
    meter,
    newRunId: randomRunId,
    prepare,
  })
  return { name: 'orchestrator on Kafka and Redis', program, start, stop }

  async function start(): Promise<void> {
    await processMetrics.start()
    await program.start()
  }

  async function stop(): Promise<void> {
    stopping.abort()
    await program.stop()
    await transport.close()
    await closeRedis(redis)
    await processMetrics.stop()
  }
}
