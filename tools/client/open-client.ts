// The client of the orchestrator that a command line means, and the option that names it.

import { InvalidArgumentError, Option } from 'commander'
import { systemRandom } from '../../shared/adapters/system/random-ids.ts'
import { clientConfig } from '../../shared/config/client-config.ts'
import type { CommandContext } from '../command-context.ts'
import { ApiClient } from './api-client.ts'
import type { HttpCallerParts } from './http-caller.ts'

/** Where `millefeuille start` listens unless told otherwise. */
export const usualServer = 'http://127.0.0.1:8000'

/** For commands that always ask an orchestrator. */
export function serverOption(): Option {
  return new Option(
    '--server <url>',
    `the orchestrator (default: ORCHESTRATOR_URL, else ${usualServer})`,
  ).argParser(serverUrl)
}

/** The URL as it is given; anything but http and https is wrong usage. */
export function serverUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : undefined
  if (protocol === 'http:' || protocol === 'https:') return text
  throw new InvalidArgumentError(
    `It takes a URL that begins with http:// or https://, such as ${usualServer}.`,
  )
}

/** `server` wins over ORCHESTRATOR_URL. Throws CONFIG_INVALID. */
export function clientParts(context: CommandContext, server: string | undefined): HttpCallerParts {
  const { url, apiToken } = clientConfig(context.env).orchestrator
  return { url: server ?? url ?? usualServer, token: apiToken, clock: context.clock, random: systemRandom }
}

export function openClient(context: CommandContext, server: string | undefined): ApiClient {
  return new ApiClient(clientParts(context, server))
}
