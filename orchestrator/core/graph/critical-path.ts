// The longest chain of links in a plan: no run can end before it is walked.

import type { Plan, PlanObject } from './plan.ts'

/** Ids from an object without parents to one without children; of equally long chains the first in plan order. */
export function criticalPath(plan: Pick<Plan, 'objects' | 'parents'>): readonly string[] {
  const { objects, parents } = plan
  if (objects.length === 0) return []
  let last = 0
  for (let index = 1; index < objects.length; index++) {
    if (levelOf(objects, index) > levelOf(objects, last)) last = index
  }
  const path: string[] = []
  for (
    let index: number | undefined = last;
    index !== undefined;
    index = deepestParent(objects, parents, index)
  ) {
    path.push((objects[index] as PlanObject).id)
  }
  return path.reverse()
}

function deepestParent(
  objects: Plan['objects'],
  parents: Plan['parents'],
  index: number,
): number | undefined {
  const end = parents.offsets[index + 1] as number
  for (let at = parents.offsets[index] as number; at < end; at++) {
    const parent = parents.targets[at] as number
    if (levelOf(objects, parent) === levelOf(objects, index) - 1) return parent
  }
  return undefined
}

function levelOf(objects: Plan['objects'], index: number): number {
  return (objects[index] as PlanObject).level
}
