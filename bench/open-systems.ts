// Builds the systems that are to be measured on the same brokers.

import { join } from 'node:path'
import { KafkaTopics } from '../shared/adapters/kafka/kafka-topics.ts'
import { zones } from '../shared/base/layer.ts'
import { allTopics, defaultTopics, type Topics } from '../shared/events/topics.ts'
import { untilAnswers } from '../tests/support/brokers/readiness.ts'
import { type BenchBrokers, noBrokers } from './brokers.ts'
import type { SystemName } from './options.ts'
import { BenchProcess } from './process/bench-process.ts'
import { ProcessSystem, runBull, type System } from './systems.ts'

/** What the product creates its topics with. */
const partitions = 12
/** Of 1 to 3 processes and 50 to 300 jobs at a time, these were the fastest on two cores. */
const bullWorkers = 2
const bullConcurrency = 100

export interface Surroundings {
  readonly brokers: BenchBrokers
  /** Begins every topic and key, so that two benches may share brokers. */
  readonly prefix: string
  /** For logs. */
  readonly folder: string
  readonly profiles: string | undefined
}

/** The systems asked for, started; BullMQ only where it can have a Redis of its own. */
export async function openSystems(
  names: readonly SystemName[],
  around: Surroundings,
): Promise<readonly System[]> {
  const makers: Record<SystemName, () => System | undefined> = {
    raw: () => rawSystem(around),
    real: () => houseSystem(around),
    embedded: () => embeddedSystem(around, 'embedded', {}),
    durable: () => embeddedSystem(around, 'durable', { dataDir: join(around.folder, 'data') }),
    bullmq: () => bullSystem(around),
  }
  if (around.brokers !== noBrokers) await createTopics(around)
  return names.flatMap((name) => makers[name]() ?? [])
}

async function createTopics({ brokers, prefix }: Surroundings): Promise<void> {
  const admin = new KafkaTopics({ brokers: brokers.kafka.split(','), clientId: 'bench' })
  const names = [rawTopics(prefix), houseTopics(prefix)].flatMap(allTopics)
  await admin.create(names.map((name) => ({ name, partitions })))
  // A partition whose leader has not heard of it yet refuses what the first run sends it.
  await untilAnswers('the topics', async () => void (await admin.positions(`${prefix}.nobody`, names)))
  await admin.close()
}

function rawTopics(prefix: string): Topics {
  return prefixed(`${prefix}.raw`)
}

function houseTopics(prefix: string): Topics {
  return prefixed(`${prefix}.house`)
}

function prefixed(prefix: string): Topics {
  const { ready, loaded, failed, dlq, journal, workflow } = defaultTopics
  const of = (name: string) => `${prefix}.${name}`
  return {
    ready: of(ready),
    loaded: of(loaded),
    failed: of(failed),
    dlq: of(dlq),
    journal: of(journal),
    workflow: of(workflow),
  }
}

function rawSystem(around: Surroundings): System {
  const { brokers, prefix } = around
  const settings = { kafka: brokers.kafka, topics: rawTopics(prefix) }
  const lead = started(around, 'raw', 'lead', 'raw/raw-lead.ts', settings)
  const workers = zones.map((zone) =>
    started(around, 'raw', zone, 'raw/raw-worker.ts', { ...settings, zone }),
  )
  return new ProcessSystem({
    name: 'raw',
    processes: [lead, ...workers],
    brokers: pidsOf({ kafka: brokers.pids.kafka }),
  })
}

function houseSystem(around: Surroundings): System {
  const { kafka, redis } = around.brokers.pids
  const workers = zones.map((zone) =>
    started(
      around,
      'real',
      zone,
      'house/house-worker.ts',
      houseSettings(around, zone, { WORKER_TYPE: zone }),
    ),
  )
  const processes = [orchestrator(around), ...workers] as const
  return new ProcessSystem({ name: 'real', processes, brokers: pidsOf({ kafka, redis }) })
}

/** An orchestrator as it is deployed; without workers nothing is ever answered. */
export function orchestrator(around: Surroundings): BenchProcess {
  return started(
    around,
    'real',
    'orchestrator',
    'house/house-lead.ts',
    houseSettings(around, 'orchestrator', {}),
  )
}

function houseSettings({ brokers, prefix, folder }: Surroundings, name: string, own: Record<string, string>) {
  const topics = houseTopics(prefix)
  const environment = {
    KAFKA_BOOTSTRAP: brokers.kafka,
    REDIS_URL: brokers.redis,
    REDIS_PREFIX: prefix,
    TOPIC_READY: topics.ready,
    TOPIC_LOADED: topics.loaded,
    TOPIC_FAILED: topics.failed,
    TOPIC_DLQ: topics.dlq,
    TOPIC_JOURNAL: topics.journal,
    TOPIC_WORKFLOW: topics.workflow,
    ...workerEnvironment,
    ...own,
  }
  return { environment, logFile: join(folder, `${name}.log`) }
}

const workerEnvironment = {
  PORT: '0',
  WORKER_PORT: '0',
  SCHEDULE_CATCH_UP: 'none',
  MAX_WORKERS: '500',
  // The objects have URLs, as real ones do; nobody is to call them here.
  WORKER_LOADER: 'simulate',
  WORKER_1_PROC_SEC: '0',
  WORKER_2_PROC_SEC: '0',
  WORKER_3_PROC_SEC: '0',
}

function embeddedSystem(around: Surroundings, name: SystemName, own: { readonly dataDir?: string }): System {
  const settings = { environment: workerEnvironment, logFile: join(around.folder, `${name}.log`), ...own }
  const lead = started(around, name, 'house', 'house/embedded-lead.ts', settings)
  return new ProcessSystem({ name, processes: [lead], brokers: {} })
}

function bullSystem(around: Surroundings): System | undefined {
  const { redisAlways, pids } = around.brokers
  if (redisAlways === undefined) return undefined
  const settings = { redis: redisAlways, queue: `${around.prefix}-queue`, concurrency: bullConcurrency }
  const lead = started(around, 'bullmq', 'lead', 'bullmq/bull-lead.ts', settings)
  const workers = Array.from({ length: bullWorkers }, (_, number) =>
    started(around, 'bullmq', `worker ${number + 1}`, 'bullmq/bull-worker.ts', settings),
  )
  return new ProcessSystem({
    name: 'bullmq',
    processes: [lead, ...workers],
    brokers: pidsOf({ redis: pids.redisAlways }),
    run: (shape) => runBull(lead, workers, shape),
  })
}

function started(
  around: Surroundings,
  system: string,
  name: string,
  program: string,
  settings: object,
): BenchProcess {
  const { profiles } = around
  const profiling =
    profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profiles, `${system}-${name}`)}`]
  return new BenchProcess(name, program, settings, profiling)
}

function pidsOf(pids: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pids).flatMap(([name, pid]) => (pid === undefined ? [] : [[name, pid] as const])),
  )
}
