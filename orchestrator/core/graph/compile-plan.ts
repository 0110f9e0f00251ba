// From a graph and its targets to the plan that a run walks.

import type { Graph } from './graph.ts'
import { IdIndex } from './id-index.ts'
import type { LinkPolicy } from './link-policy.ts'
import { inverted, leftOut, renumbered } from './links.ts'
import { countingSort } from './order.ts'
import type { Plan, PlanObject } from './plan.ts'
import { planHash } from './plan-hash.ts'
import { markAncestors } from './selection.ts'

/** The part of `graph` that the targets (ascending indices) need. Objects are shared with the graph, not copied. */
export function compilePlan(graph: Graph, targets: Uint32Array): Plan {
  const size = graph.objects.length
  const isNeeded = new Uint8Array(size)
  for (const target of targets) isNeeded[target] = 1
  markAncestors(graph, isNeeded)
  const needed = isNeeded.reduce((sum, mark) => sum + mark, 0)
  const part = needed === size ? graph : partOf(graph, isNeeded, needed)
  const targetIds = Array.from(targets, (target) => (graph.objects[target] as PlanObject).id)
  return finishedPlan(part, targetIds)
}

type Parts = Pick<Plan, 'objects' | 'parents' | 'children' | 'indexOf'>

/** A plan of these parts: with its hash and order of dispatch. Targets are ids in plan order. */
export function finishedPlan(
  { objects, parents, children, indexOf }: Parts,
  targets: readonly string[],
): Plan {
  const hash = planHash(objects, parents, targets)
  return {
    hash,
    targets,
    objects,
    parents,
    children,
    dispatchOrder: dispatchOrderOf(objects, parents),
    indexOf,
    linkPolicies: linkPoliciesOf(objects, parents, indexOf),
  }
}

/** By place in `parents.targets`. Of a parent that is not in the plan there is nothing. */
function linkPoliciesOf(
  objects: readonly PlanObject[],
  parents: Plan['parents'],
  indexOf: Plan['indexOf'],
): ReadonlyMap<number, LinkPolicy> {
  const policies = new Map<number, LinkPolicy>()
  for (let index = 0; index < objects.length; index++) {
    const links = objects[index]?.links
    if (links === undefined) continue
    const byTarget = new Map(Array.from(links, ([parent, policy]) => [indexOf.get(parent), policy]))
    const end = parents.offsets[index + 1] as number
    for (let at = parents.offsets[index] as number; at < end; at++) {
      const policy = byTarget.get(parents.targets[at])
      if (policy !== undefined) policies.set(at, policy)
    }
  }
  return policies
}

function partOf(graph: Graph, isNeeded: Uint8Array, needed: number): Parts {
  const kept = new Uint32Array(needed)
  const newOf = new Uint32Array(isNeeded.length).fill(leftOut)
  const objects: PlanObject[] = new Array(needed)
  const indexOf = new IdIndex(needed)
  let count = 0
  for (let old = 0; old < isNeeded.length; old++) {
    if (isNeeded[old] !== 1) continue
    const object = graph.objects[old] as PlanObject
    kept[count] = old
    newOf[old] = count
    objects[count] = object
    indexOf.set(object.id, count++)
  }
  const parents = renumbered(graph.parents, kept, newOf)
  return { objects, parents, children: inverted(parents), indexOf }
}

const urgency = { high: 0, medium: 1, low: 2 } as const

function dispatchOrderOf(objects: readonly PlanObject[], parents: Plan['parents']): Uint32Array {
  const heights = heightsOf(parents)
  let highest = 0
  for (let index = 0; index < heights.length; index++) highest = Math.max(highest, heights[index] as number)
  const keyOf = (index: number) =>
    urgency[(objects[index] as PlanObject).criticality] * (highest + 1) + highest - (heights[index] as number)
  const planOrder = new Uint32Array(objects.length)
  for (let index = 0; index < planOrder.length; index++) planOrder[index] = index
  return countingSort(planOrder, keyOf, 3 * (highest + 1))
}

/** Links on the longest way down from each object. */
function heightsOf(parents: Plan['parents']): Uint32Array {
  const { offsets, targets } = parents
  const heights = new Uint32Array(offsets.length - 1)
  for (let index = heights.length - 1; index >= 0; index--) {
    const above = (heights[index] as number) + 1
    const end = offsets[index + 1] as number
    for (let at = offsets[index] as number; at < end; at++) {
      const parent = targets[at] as number
      if ((heights[parent] as number) < above) heights[parent] = above
    }
  }
  return heights
}
