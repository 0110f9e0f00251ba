// Which lines of a layered drawing are dashed: those that stand only for links that are not simply required.

import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import type { LayeredLayout, Segment } from './layered-layout.ts'

/**
 * A segment that ends at an object is one link; one that ends at a bend stands for all links that go on from there,
 * and is dashed when all of them are.
 */
export function dashedSegments(
  { linkPolicies }: Pick<Plan, 'linkPolicies'>,
  { objects, columnOf, segments }: Pick<LayeredLayout, 'objects' | 'columnOf' | 'segments'>,
): ReadonlySet<Segment> {
  const dashed = new Set<Segment>()
  if (linkPolicies.size === 0) return dashed
  /** 1 where a link that is required goes on from a bend. */
  const isSolid = new Uint8Array(columnOf.length)
  // A layout has the segments of each chain in their order, and before those that end at objects.
  for (const segment of segments.toReversed()) {
    const { from, to, link } = segment
    const isDashed = to < objects ? linkPolicies.has(link ?? -1) : isSolid[to] === 0
    if (isDashed) dashed.add(segment)
    else isSolid[from] = 1
  }
  return dashed
}
