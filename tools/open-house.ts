// Finds the house of a command: at a URL when one is given, else a new one in this process.

import { systemRandom } from '../shared/adapters/system/random-ids.ts'
import { clientConfig } from '../shared/config/client-config.ts'
import { ApiClient } from './client/api-client.ts'
import type { CommandContext } from './command-context.ts'
import { EmbeddedHouse } from './embedded/embedded-house.ts'
import type { House } from './house.ts'
import { RemoteHouse } from './remote-house.ts'

export interface HouseWish {
  /** Wins over ORCHESTRATOR_URL. */
  readonly server?: string
  /** In this process, whatever ORCHESTRATOR_URL says, and nothing is kept on a disk. */
  readonly ephemeral?: boolean
}

/** Rejects with CONFIG_INVALID, or as EmbeddedHouse.start. */
export async function openHouse(context: CommandContext, wish: HouseWish): Promise<House> {
  const { url, apiToken } = clientConfig(context.env).orchestrator
  const place = wish.server ?? url
  if (wish.ephemeral === true || place === undefined)
    return EmbeddedHouse.start(context, wish.ephemeral === true)
  return new RemoteHouse(
    new ApiClient({ url: place, token: apiToken, clock: context.clock, random: systemRandom }),
  )
}
