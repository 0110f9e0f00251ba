// Finds the house of a command: at a URL when one is given, else a new one in this process.

import { systemRandom } from '../shared/adapters/system/random-ids.ts'
import { clientConfig } from '../shared/config/client-config.ts'
import { ApiClient } from './client/api-client.ts'
import type { CommandContext } from './command-context.ts'
import { EmbeddedHouse } from './embedded/embedded-house.ts'
import type { House } from './house.ts'
import { RemoteHouse } from './remote-house.ts'

/** `server` wins over ORCHESTRATOR_URL. Rejects with CONFIG_INVALID. */
export async function openHouse(context: CommandContext, server: string | undefined): Promise<House> {
  const { url, apiToken } = clientConfig(context.env).orchestrator
  const place = server ?? url
  if (place === undefined) return EmbeddedHouse.start(context)
  return new RemoteHouse(
    new ApiClient({ url: place, token: apiToken, clock: context.clock, random: systemRandom }),
  )
}
