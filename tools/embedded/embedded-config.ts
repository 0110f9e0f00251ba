// What a house in one process reads of the environment: the orchestrator's variables and the workers', checked together.

import { type OrchestratorConfig, orchestratorConfig } from '../../orchestrator/config.ts'
import { Fault } from '../../shared/base/fault.ts'
import { configFault, type Environment, type WrongVariable } from '../../shared/config/read-config.ts'
import { type WorkerConfig, workerConfig } from '../../workers/config.ts'
import { namedBrokers } from '../broker-variables.ts'

export interface EmbeddedConfig {
  readonly orchestrator: OrchestratorConfig
  readonly workers: WorkerConfig
}

/** Whether neither Kafka nor Redis is named, be it rightly or wrongly. */
export function isEmbedded(env: Environment): boolean {
  return namedBrokers(env).length === 0
}

/** Throws one CONFIG_INVALID with all that is wrong for either, each variable once. */
export function embeddedConfig(env: Environment): EmbeddedConfig {
  const wrong = new Map<string, WrongVariable>()
  const orchestrator = readOr(wrong, () => orchestratorConfig(env))
  const workers = readOr(wrong, () => workerConfig(env))
  if (orchestrator === undefined || workers === undefined) throw configFault([...wrong.values()])
  return { orchestrator, workers }
}

function readOr<Config>(wrong: Map<string, WrongVariable>, read: () => Config): Config | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'CONFIG_INVALID') throw error
    for (const one of error.detail.wrong as readonly WrongVariable[])
      if (!wrong.has(one.variable)) wrong.set(one.variable, one)
    return undefined
  }
}
