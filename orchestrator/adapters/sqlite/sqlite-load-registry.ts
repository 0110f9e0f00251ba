// Last loads in the data folder of a house in one process: they outlive the runs in which they were made.

import type { DataFolder } from '../../../shared/adapters/sqlite/data-folder.ts'
import type { Json } from '../../../shared/base/json.ts'
import type { LastLoad, LoadRegistry } from '../../ports/load-registry.ts'

const keep = `INSERT INTO loads VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
  SET loaded_at_ms = excluded.loaded_at_ms, result = excluded.result
  WHERE excluded.loaded_at_ms >= loaded_at_ms`
const find = `SELECT object, loaded_at_ms, result FROM json_each(?) AS wanted
  JOIN loads ON loads.tenant = ? AND loads.object = wanted.value ORDER BY wanted.key`

export class SqliteLoadRegistry implements LoadRegistry {
  readonly #folder: DataFolder

  constructor(folder: DataFolder) {
    this.#folder = folder
  }

  async remember(tenant: string, loads: readonly LastLoad[]): Promise<void> {
    this.#folder.write((statement) => {
      const into = statement(keep)
      for (const { objectId, loadedAtMs, result } of loads)
        into.run(tenant, objectId, loadedAtMs, result === undefined ? null : JSON.stringify(result))
    })
  }

  async lastLoads(tenant: string, objectIds: readonly string[]): Promise<ReadonlyMap<string, LastLoad>> {
    const rows = this.#folder.rows(find, JSON.stringify(objectIds), tenant)
    return new Map(
      rows.map(({ object, loaded_at_ms, result }) => {
        const load = { objectId: String(object), loadedAtMs: Number(loaded_at_ms) }
        return [
          load.objectId,
          result === null ? load : { ...load, result: JSON.parse(String(result)) as Json },
        ]
      }),
    )
  }
}
