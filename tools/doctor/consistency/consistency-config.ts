// What doctor reads of the environment to compare journal, Redis and consumer groups: what the two programs read.

import { type OrchestratorConfig, orchestratorSchema } from '../../../orchestrator/config.ts'
import { zones } from '../../../shared/base/layer.ts'
import { type Environment, readConfig } from '../../../shared/config/read-config.ts'
import { type SharedConfig, sharedCrossCheck } from '../../../shared/config/shared-settings.ts'
import { readyTopic } from '../../../shared/events/topics.ts'
import { type WorkerConfig, workerSchema } from '../../../workers/config.ts'
import type { GroupNames } from './group-offsets.ts'

export type ConsistencyConfig = SharedConfig &
  Pick<OrchestratorConfig, 'consumer' | 'retry'> & { readonly zone: Pick<WorkerConfig['worker'], 'group'> }

/** Throws CONFIG_INVALID with all that is wrong. */
export function consistencyConfig(env: Environment): ConsistencyConfig {
  const { kafka, redis, topics, log, consumer, retry } = orchestratorSchema
  const zone = { group: workerSchema.worker.group }
  return readConfig<ConsistencyConfig>({ kafka, redis, topics, log, consumer, retry, zone }, env, [
    sharedCrossCheck,
  ])
}

export function groupNamesOf({ consumer, topics, zone: { group } }: ConsistencyConfig): GroupNames {
  return {
    answers: { group: consumer.group, topics: [topics.loaded, topics.failed] },
    zones: zones.map((zone) => ({ zone, group: `${group}.${zone}`, topic: readyTopic(topics, zone) })),
  }
}
