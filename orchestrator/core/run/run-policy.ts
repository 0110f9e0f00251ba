// How patient a run is: written into its first fact, so that a changed setting never changes a run under way.

import type { Zone } from '../../../shared/base/layer.ts'
import type { BackoffPolicy, ObjectPolicy } from '../graph/object-policy.ts'

export interface RunPolicy {
  /** Retries after the first failure; 0: it is final. */
  readonly max_retries: number
  readonly backoff: BackoffPolicy
  /** How long a zone may take for one attempt once it has begun it; the zone gives up then. Null: for ever. */
  readonly attempt_timeout_ms: number | null
  /**
   * An attempt that was announced and not answered for this long counts as failed, time in the queue
   * included: for zones that may lose work. Null: never.
   */
  readonly answer_timeout_ms: number | null
  /** An attempt that nobody has claimed for this long is lost and announced anew; null or absent: never. */
  readonly pickup_timeout_ms?: number | null
  /** After this long the run ends as timed out; null: never. */
  readonly run_timeout_ms: number | null
  /** What a zone does otherwise. */
  readonly zones?: Readonly<Partial<Record<Zone, ObjectPolicy>>>
}

export const defaultRunPolicy: RunPolicy = {
  max_retries: 3,
  backoff: { base_ms: 1_000, factor: 2, cap_ms: 300_000 },
  attempt_timeout_ms: 3_600_000,
  answer_timeout_ms: null,
  pickup_timeout_ms: null,
  run_timeout_ms: 86_400_000,
}

/** Attempts at one object that nobody begins, and as many that their zone refuses to: then it is left as it is announced, and refusals count. */
export const mostUnclaimed = 100

/** Attempts at one object that may be lost, because whoever worked on them died: who kills its workers is not loaded. */
export const mostLost = 5
