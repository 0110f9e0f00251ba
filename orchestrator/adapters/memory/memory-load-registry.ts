// Last loads in this process's memory.

import type { LastLoad, LoadRegistry } from '../../ports/load-registry.ts'

export class MemoryLoadRegistry implements LoadRegistry {
  readonly #loads = new Map<string, Map<string, LastLoad>>()

  /** As a server that is killed without a disk. */
  lose(): void {
    this.#loads.clear()
  }

  async remember(tenant: string, loads: readonly LastLoad[]): Promise<void> {
    const known = this.#loads.get(tenant) ?? new Map<string, LastLoad>()
    this.#loads.set(tenant, known)
    for (const load of loads) {
      if ((known.get(load.objectId)?.loadedAtMs ?? 0) <= load.loadedAtMs) known.set(load.objectId, load)
    }
  }

  async lastLoads(tenant: string, objectIds: readonly string[]): Promise<ReadonlyMap<string, LastLoad>> {
    const known = this.#loads.get(tenant)
    const found = objectIds.flatMap((objectId) => known?.get(objectId) ?? [])
    return new Map(found.map((load) => [load.objectId, load]))
  }
}
