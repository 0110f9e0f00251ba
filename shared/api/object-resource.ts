// The objects of a run, as the REST contract shows them.

import type { Layer } from '../base/layer.ts'
import type { Degradation } from '../events/degradation.ts'

export interface ObjectResource {
  readonly object_id: string
  readonly name: string | null
  readonly layer: Layer
  readonly state: string
  /** The last one announced; 0: none was. */
  readonly attempt: number
  /** Why its last attempt failed; null: it has not failed, or is tried again. */
  readonly error: { readonly code: string; readonly detail: string } | null
  /** What it went on without, or with an old load of. */
  readonly degraded: readonly Degradation[]
  /** Of one that waits for its next attempt: when that is due, and what became of the one before; null: it does not. */
  readonly next_attempt: NextAttempt | null
}

export interface NextAttempt {
  /** RFC 3339, UTC. */
  readonly at: string
  readonly code: string
  readonly detail: string
}

/** In the order of the plan. A page ends at its limit, or before it would be longer than 1 MiB. */
export interface ObjectList {
  readonly run_id: string
  readonly objects: readonly ObjectResource[]
  /** How many there are on all pages. */
  readonly total: number
  /** What to give as `after` for the objects that follow; null: there are none. */
  readonly next_after: string | null
}
