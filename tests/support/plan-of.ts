// Small plans for tests, written as links: planOf({ a: [], b: ['a'] }). Built the slow and obvious way.

import type { Criticality } from '../../orchestrator/core/graph/data-object.ts'
import type { LinkPolicy } from '../../orchestrator/core/graph/link-policy.ts'
import type { ObjectPolicy } from '../../orchestrator/core/graph/object-policy.ts'
import type { Links, Plan, PlanObject } from '../../orchestrator/core/graph/plan.ts'
import type { JsonObject } from '../../shared/base/json.ts'
import type { Layer } from '../../shared/base/layer.ts'
import { zoneLabelOf } from '../../shared/base/layer.ts'

export interface ObjectSketch {
  readonly parents: readonly string[]
  readonly layer?: Layer
  readonly criticality?: Criticality
  readonly frequency?: string
  readonly lastRunAtMs?: number
  readonly definition?: JsonObject
  readonly policy?: ObjectPolicy
  /** By parent. */
  readonly links?: Readonly<Record<string, LinkPolicy>>
}

export type Sketch = Readonly<Record<string, readonly string[] | ObjectSketch>>

/** A plan of the sketched objects; layer 1000 for who has no parents, 2000 for their children, 3000 below. */
export function planOf(sketch: Sketch): Plan {
  const sketches = new Map(Object.entries(sketch).map(([id, value]) => [id, sketchOf(value)]))
  const level = (id: string): number => 1 + Math.max(-1, ...(sketches.get(id)?.parents ?? []).map(level))
  const objects = [...sketches]
    .map(([id, value]) => planObject(id, value, level(id)))
    .sort((a, b) => a.layer - b.layer || a.level - b.level || (a.id < b.id ? -1 : 1))
  const indexOf = new Map(objects.map((object, index) => [object.id, index]))
  const parents = objects.map((object) => object.parents.map((id) => indexOf.get(id) ?? -1))
  const children = objects.map((_, index) =>
    parents.flatMap((list, child) => (list.includes(index) ? [child] : [])),
  )
  const height = (index: number): number => 1 + Math.max(-1, ...(children[index] ?? []).map(height))
  const rank = { high: 0, medium: 1, low: 2 }
  const order = objects.map((_, index) => index)
  order.sort((a, b) => {
    const [left, right] = [objects[a], objects[b]] as [PlanObject, PlanObject]
    return rank[left.criticality] - rank[right.criticality] || height(b) - height(a) || a - b
  })
  return {
    hash: JSON.stringify(sketch),
    targets: objects.filter((_, index) => children[index]?.length === 0).map((object) => object.id),
    objects,
    parents: linksOf(parents),
    children: linksOf(children),
    dispatchOrder: Uint32Array.from(order),
    indexOf,
    linkPolicies: linkPoliciesOf(objects),
  }
}

function linkPoliciesOf(objects: readonly PlanObject[]): Plan['linkPolicies'] {
  const all = objects.flatMap(({ parents, links }) => parents.map((parent) => links?.get(parent)))
  return new Map(all.flatMap((policy, place) => (policy === undefined ? [] : [[place, policy] as const])))
}

export function sketchOf(value: readonly string[] | ObjectSketch): ObjectSketch {
  return 'parents' in value ? value : { parents: value }
}

function planObject(id: string, sketch: ObjectSketch, level: number): PlanObject {
  const layer = sketch.layer ?? (Math.min(3000, 1000 * (level + 1)) as Layer)
  return {
    id,
    layer,
    zone: zoneLabelOf(layer),
    name: undefined,
    parents: sketch.parents,
    criticality: sketch.criticality ?? 'medium',
    frequency: sketch.frequency,
    lastRunAtMs: sketch.lastRunAtMs,
    ...(sketch.policy === undefined ? {} : { policy: sketch.policy }),
    ...(sketch.links === undefined ? {} : { links: new Map(Object.entries(sketch.links)) }),
    definition: sketch.definition ?? { id },
    level,
  }
}

function linksOf(lists: readonly (readonly number[])[]): Links {
  const offsets = [0]
  for (const list of lists) offsets.push((offsets.at(-1) ?? 0) + list.length)
  return { offsets: Uint32Array.from(offsets), targets: Uint32Array.from(lists.flat()) }
}
