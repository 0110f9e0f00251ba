// A zone's worker on Kafka and Redis: makes the real adapters and brings them up and down in order.

import { ensureTopics } from '../shared/adapters/kafka/ensure-topics.ts'
import { kafkaOptionsOf } from '../shared/adapters/kafka/kafka-options-of.ts'
import { KafkaTransport } from '../shared/adapters/kafka/kafka-transport.ts'
import { closeRedis, connectRedis } from '../shared/adapters/redis/connection.ts'
import { guardFormat } from '../shared/adapters/redis/house-format.ts'
import { ProcessMetrics } from '../shared/adapters/system/process-metrics.ts'
import { PrometheusMeter } from '../shared/adapters/system/prometheus-meter.ts'
import { randomRunId, systemRandom } from '../shared/adapters/system/random-ids.ts'
import { SystemClock } from '../shared/adapters/system/system-clock.ts'
import { Fault, isRetryable } from '../shared/base/fault.ts'
import { redisUrlOf } from '../shared/config/mode.ts'
import { newProbeServer } from '../shared/http/probe-server.ts'
import type { Logger } from '../shared/ports/logger.ts'
import { Heartbeat } from '../shared/service/heartbeat.ts'
import { insist } from '../shared/service/insist.ts'
import type { Service } from '../shared/service/service.ts'
import { RedisAttemptLedger } from './adapters/redis/redis-attempt-ledger.ts'
import { RedisZoneRegister } from './adapters/redis/redis-zone-register.ts'
import { createZone, type ZoneLoaders } from './build-zone.ts'
import { requiredZone, type WorkerConfig } from './config.ts'

export interface RealWorkerParts {
  readonly config: WorkerConfig
  readonly logger: Logger
  /** The consumer is dead for good: the process should end and be started anew. */
  readonly onFatal: (error: Error) => void
  /** Instead of those in the zone's own folder, for programs that bring theirs. */
  readonly loaders?: ZoneLoaders
}

/** The zone's timer has not fired for this long: the event loop is stuck. */
const stuckAfterMs = 30_000

/** Connects to Redis and nothing else yet. Throws CONFIG_INVALID. */
export function buildRealWorker(parts: RealWorkerParts): Service {
  const { config } = parts
  const zone = requiredZone(config)
  const logger = parts.logger.child({ zone })
  const random = systemRandom
  const clock = new SystemClock()
  const meter = new PrometheusMeter()
  const name = `millefeuille-${zone}`
  const options = kafkaOptionsOf(config.kafka, name)
  const transport = new KafkaTransport(options, { clock, logger, meter, onFatal: parts.onFatal })
  const redis = connectRedis({ url: redisUrlOf(config.redis), name }, logger)
  const prefix = `${config.redis.prefix}:`
  const ledger = new RedisAttemptLedger(redis, prefix)
  const register = new RedisZoneRegister(redis, prefix)
  const heartbeat = new Heartbeat(clock, name, stuckAfterMs)
  const owner = `${zone}/${randomRunId()}`
  const adapters = { transport, ledger, register, clock, random, meter, heartbeat }
  const worker = createZone({ ...parts, ...adapters, zone, owner })
  let isStarted = false
  const probes = newProbeServer({
    ...config.http,
    variables: { host: 'HOST', port: 'WORKER_PORT' },
    clock,
    meter,
    logger,
    heartbeats: [heartbeat],
    checks: [
      { name: 'kafka', check: () => transport.ping() },
      { name: 'redis', check: () => ledger.ping() },
      { name: 'group', check: async () => assertJoined(worker.isJoined()) },
    ],
    isStarted: () => isStarted,
  })
  const processMetrics = new ProcessMetrics(meter)
  const stopping = new AbortController()
  const persistence = { clock, random, logger, signal: stopping.signal, worthwhile: isRetryable }
  return { name: `zone ${zone} on Kafka and Redis`, start, stop }

  // Probes are served from the first moment; a broker that is not there yet is waited for.
  async function start(): Promise<void> {
    await processMetrics.start()
    await probes.start()
    await insist('create the topics', () => ensureTopics(config, options, logger), persistence)
    await insist('read the format of Redis', () => guardFormat(redis, prefix), {
      ...persistence,
      worthwhile: isNotNewer,
    })
    await insist('join the group of the zone', () => worker.start(), persistence)
    isStarted = !stopping.signal.aborted
    if (isStarted) logger.info('the zone is open', { max_workers: config.worker.maxWorkers, owner })
  }

  async function stop(): Promise<void> {
    stopping.abort()
    isStarted = false
    await worker.stop()
    await probes.stop()
    await transport.close()
    await closeRedis(redis)
    await processMetrics.stop()
  }
}

function assertJoined(isJoined: boolean): void {
  if (!isJoined) throw new Error('not a member of the group of the zone (yet)')
}

/** A Redis that refuses is waited for, as in operation; one of a newer release is not. */
function isNotNewer(error: unknown): boolean {
  if (!(error instanceof Fault) || error.code === 'FORMAT_NEWER') return false
  return isRetryable(error) || error.code === 'STORE_REFUSED'
}
