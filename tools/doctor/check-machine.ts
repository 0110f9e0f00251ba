// Looks at this machine: Node, the configuration, and where embedded mode keeps its journal.

import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { orchestratorConfig } from '../../orchestrator/config.ts'
import { Fault, messageOf } from '../../shared/base/fault.ts'
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

/** The folder may not be there yet: then one above it must take it. */
export async function checkDataFolder(dir: string): Promise<Check> {
  const name = 'data folder'
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    try {
      await access(folder, constants.W_OK)
      return ok(name, `${dir} can be written`)
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (!isMissing || folder === dirname(folder))
        return fail(name, messageOf(error), 'set DATA_DIR to a folder that this user may write')
    }
  }
}
