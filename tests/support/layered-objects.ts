// Generated object definitions: many, in three layers, each above the first with one to three parents below it.

import type { Json, JsonObject } from '../../shared/base/json.ts'
import { layers, type Zone, zoneOf } from '../../shared/base/layer.ts'
import { seededRandom } from '../../shared/base/random.ts'

export interface LayeredObjects {
  readonly definitions: readonly Json[]
  readonly parentsOf: ReadonlyMap<string, readonly string[]>
  readonly zoneOfId: ReadonlyMap<string, Zone>
}

/** `count` objects, a third a layer; parents are of the layer below or earlier in the same layer. The same seed gives the same. */
export function layeredObjects(count: number, seed: number): LayeredObjects {
  const random = seededRandom(seed)
  const size = Math.ceil(count / layers.length)
  const parentsOf = new Map<string, readonly string[]>()
  const zoneOfId = new Map<string, Zone>()
  const definitions = Array.from({ length: count }, (_, index): JsonObject => {
    const layer = layers[Math.floor(index / size)] ?? 1000
    const first = Math.max(0, Math.floor(index / size) - 1) * size
    const wanted = layer === 1000 ? 0 : 1 + Math.floor(random() * 3)
    const parents = Array.from({ length: wanted }, () => idOf(first + Math.floor(random() * (index - first))))
    zoneOfId.set(idOf(index), zoneOf(layer))
    parentsOf.set(idOf(index), [...new Set(parents)])
    return { id: idOf(index), layer, parents: [...new Set(parents)] }
  })
  return { definitions, parentsOf, zoneOfId }
}

function idOf(index: number): string {
  return `object-${index}`
}
