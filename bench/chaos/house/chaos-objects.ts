// Generated runs of which it is known beforehand, without the house, how each object must end.

import type { Json, JsonObject } from '../../../shared/base/json.ts'
import { seededRandom } from '../../../shared/base/random.ts'
import { layeredObjects } from '../../../tests/support/layered-objects.ts'

export type ObjectEnd = 'loaded' | 'failed' | 'blocked'

export interface ExpectedObject {
  readonly parents: readonly string[]
  readonly end: ObjectEnd
  /** Attempts that fail by themselves and are tried again. */
  readonly retries: number
}

export interface ExpectedRun {
  readonly runId: string
  readonly definitions: readonly Json[]
  readonly objects: ReadonlyMap<string, ExpectedObject>
}

export interface RunWish {
  readonly runId: string
  readonly count: number
  readonly seed: number
  /** How long loads take: from, to. */
  readonly takesMs: readonly [number, number]
  /** The part of objects whose first attempt fails, and the part that is refused for good. */
  readonly flaky?: number
  readonly refused?: number
}

/** Three layers, each above the first with one to three parents below. The same seed gives the same. */
export function chaosRun({ runId, count, seed, takesMs, flaky = 0, refused = 0 }: RunWish): ExpectedRun {
  const random = seededRandom(seed)
  const [from, to] = takesMs
  const { definitions, parentsOf } = layeredObjects(count, seed)
  const objects = new Map<string, ExpectedObject>()
  // Parents stand before their children.
  const wild = definitions.map((definition) => {
    const { id } = definition as JsonObject & { id: string }
    const parents = parentsOf.get(id) ?? []
    const isFlaky = random() < flaky
    const isRefused = random() < refused
    const hasParents = parents.every((parent) => objects.get(parent)?.end === 'loaded')
    const end = hasParents ? (isRefused ? 'failed' : 'loaded') : 'blocked'
    objects.set(id, { parents, end, retries: isFlaky && !isRefused ? 1 : 0 })
    return {
      ...(definition as JsonObject),
      takes_ms: Math.round(from + (to - from) * random()),
      ...(isRefused ? { refused: true } : isFlaky ? { fails: 1 } : {}),
    }
  })
  return { runId, definitions: wild, objects }
}
