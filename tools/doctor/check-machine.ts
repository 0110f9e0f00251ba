// Looks at this machine: Node, and the configuration.

import { orchestratorConfig } from '../../orchestrator/config.ts'
import { Fault } from '../../shared/base/fault.ts'
import { type Mode, modeOf } from '../../shared/config/mode.ts'
import type { Environment } from '../../shared/config/read-config.ts'
import { embeddedConfig, isEmbedded } from '../embedded/embedded-config.ts'
import { type Check, fail, ok } from './check.ts'

export function checkNode(version: string, release: string): Check {
  const message = `${version} runs millefeuille ${release}`
  if (Number(/^v(\d+)/.exec(version)?.[1]) >= 24) return ok('node', message)
  return fail('node', message, 'run `npm ci`, which brings Node 24 along')
}

/** Everything that `start` would refuse. */
export function checkConfiguration(env: Environment): Check {
  try {
    return ok(
      'configuration',
      modeInWords[modeOf(isEmbedded(env) ? embeddedConfig(env).orchestrator : orchestratorConfig(env))],
    )
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return fail(
      'configuration',
      error.message.replace(/\n\s*/g, ' '),
      'docs/configuration.md lists every variable',
    )
  }
}

const modeInWords: Record<Mode, string> = {
  real: 'real mode: Kafka and Redis are configured',
  embedded: 'embedded mode: neither KAFKA_BOOTSTRAP nor Redis is set, everything runs in one process',
}
