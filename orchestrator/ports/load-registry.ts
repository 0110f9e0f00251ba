// When each object was last loaded, as a port: what freshness is decided on. Only a projection of facts.

import type { Json } from '../../shared/base/json.ts'

export interface LastLoad {
  readonly objectId: string
  readonly loadedAtMs: number
  readonly result?: Json
}

export interface LoadRegistry {
  /** Remembers loads of a tenant; a load older than the one remembered changes nothing. */
  remember(tenant: string, loads: readonly LastLoad[]): Promise<void>

  /** The last loads of those of `objectIds` that have one, by id. */
  lastLoads(tenant: string, objectIds: readonly string[]): Promise<ReadonlyMap<string, LastLoad>>
}
