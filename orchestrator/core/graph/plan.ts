// The compact plan that a run walks: the objects in order, and their links as flat arrays of indices.

import type { DataObject } from './data-object.ts'
import type { LinkPolicy } from './link-policy.ts'

/** Lists of indices, one after the other: those of object `i` are `targets[offsets[i] .. offsets[i + 1]]`. */
export interface Links {
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
}

/** An object of the plan. Its index in `Plan.objects` is its place in the order: layer, then level, then id. */
export interface PlanObject extends DataObject {
  /** Links on the longest way up to an object without parents (0: it has none). */
  readonly level: number
}

export interface Plan {
  /** SHA-256 of the plan's content in hexadecimal; the same for the same objects in any order of input. */
  readonly hash: string
  /** Ids asked for, in plan order. */
  readonly targets: readonly string[]
  readonly objects: readonly PlanObject[]
  readonly parents: Links
  readonly children: Links
  /** Indices in order of dispatch: criticality (high first), then the longest path to the end (long first), then plan order. */
  readonly dispatchOrder: Uint32Array
  /** The place of an id in `objects`. */
  readonly indexOf: ReadonlyMap<string, number>
  /** By place in `parents.targets`, the links that are not simply required; most plans have none. */
  readonly linkPolicies: ReadonlyMap<number, LinkPolicy>
}

/** Calls `visit` with every index that `links` holds for `index`. */
export function forEachLink(links: Links, index: number, visit: (target: number) => void): void {
  const end = links.offsets[index + 1] ?? 0
  for (let at = links.offsets[index] ?? 0; at < end; at++) visit(links.targets[at] as number)
}

/** How many indices `links` holds for `index`. */
export function linkCount(links: Links, index: number): number {
  return (links.offsets[index + 1] ?? 0) - (links.offsets[index] ?? 0)
}
