// Why an object is where it is, as the REST contract shows it.

import type { Degradation } from '../events/degradation.ts'

export interface WhyStepResource {
  readonly object_id: string
  readonly name: string | null
  readonly state: string
  /** A code of docs/why.md; null: it is loaded, reused or skipped. */
  readonly reason: string | null
  /** Since when the reason holds, as docs/why.md says; RFC 3339, UTC; null: it is not known. */
  readonly since: string | null
  readonly text: string
  /** Who can change it. */
  readonly owner: string
  /** What would release it; null: nothing needs to. */
  readonly release: string | null
  /** What it went on without, or with an old load of. */
  readonly degraded: readonly Degradation[]
}

export interface WhyAnswer {
  readonly run_id: string
  readonly object_id: string
  /** From the object asked for to the root cause. */
  readonly chain: readonly WhyStepResource[]
  /** The same in words, several lines. */
  readonly text: string
}
