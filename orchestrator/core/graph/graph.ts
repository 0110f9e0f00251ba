// A checked graph, and what it takes to find objects in it.

import type { Links, PlanObject } from './plan.ts'

export interface Graph {
  /** Active objects in order: layer, level, id. Parents come before their children. */
  readonly objects: readonly PlanObject[]
  readonly parents: Links
  readonly children: Links
  /** The place of an id in `objects`. */
  readonly indexOf: ReadonlyMap<string, number>
  /** Ids of objects that are left out because their state is not active, in the order given. */
  readonly inactive: readonly string[]
}
