// How patient a run is: written into its first fact, so that a changed setting never changes a run under way.

import { type Backoff, backoffMs } from '../../../shared/base/backoff.ts'
import { hashFraction } from '../../../shared/base/random.ts'

export interface RunPolicy {
  /** Retries after the first attempt; 0: the first failure is final. */
  readonly max_retries: number
  readonly backoff: { readonly base_ms: number; readonly factor: number; readonly cap_ms: number }
  /** After this long without an answer an attempt counts as failed; null: never. */
  readonly attempt_timeout_ms: number | null
  /** After this long the run ends as timed out; null: never. */
  readonly run_timeout_ms: number | null
}

export const defaultRunPolicy: RunPolicy = {
  max_retries: 3,
  backoff: { base_ms: 1_000, factor: 2, cap_ms: 300_000 },
  attempt_timeout_ms: 3_600_000,
  run_timeout_ms: 86_400_000,
}

/**
 * The wait before the attempt after `attempt`, in milliseconds. Its jitter is a function of run, object
 * and attempt: chance without a source of chance, the same on every replica and in every replay.
 */
export function retryDelayMs(policy: RunPolicy, runId: string, objectId: string, attempt: number): number {
  const { base_ms, factor, cap_ms } = policy.backoff
  const backoff: Backoff = { baseMs: base_ms, factor, capMs: cap_ms }
  return backoffMs(backoff, attempt, hashFraction(`${runId}/${objectId}/${attempt}`))
}
