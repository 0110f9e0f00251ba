// What the command line reads of the environment when it talks to an orchestrator.

import { type Environment, readConfig } from './read-config.ts'
import { type ProgramSchema, secret, url } from './setting.ts'

export interface ClientConfig {
  readonly orchestrator: {
    /** Undefined: the command is an orchestrator itself. */
    readonly url: string | undefined
    readonly apiToken: string | undefined
  }
}

/** Fits into a header as it is. */
export const tokenPattern = '[\\x21-\\x7e]+'

export const apiTokenSetting = secret(
  { env: 'API_TOKEN', doc: 'The bearer token of the API; needed when HOST is no loopback address.' },
  'printable characters without blanks',
  tokenPattern,
)

export const clientSchema: ProgramSchema<ClientConfig> = {
  orchestrator: {
    url: url(
      {
        env: 'ORCHESTRATOR_URL',
        doc: 'The orchestrator that the command line talks to; else it is one itself.',
      },
      ['http:', 'https:'],
      { sensitive: false },
    ),
    apiToken: apiTokenSetting,
  },
}

/** Throws CONFIG_INVALID with all that is wrong. */
export function clientConfig(env: Environment): ClientConfig {
  return readConfig(clientSchema, env)
}
