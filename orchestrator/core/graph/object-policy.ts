// How patient the house is with one object: what its definition, its zone or the configuration says.

export interface BackoffPolicy {
  readonly base_ms: number
  readonly factor: number
  readonly cap_ms: number
}

/** What is not said here is said by the zone, and what the zone does not say by the run. Null: never, for ever. */
export interface ObjectPolicy {
  /** Retries after failures; 0: the first failure is final. Attempts that were lost do not count. */
  readonly max_retries?: number
  readonly backoff?: Partial<BackoffPolicy>
  /** How long a zone may take for one attempt once it has begun it; the zone gives up then. */
  readonly attempt_timeout_ms?: number | null
  /** An attempt that was announced and not answered for this long counts as failed, time in the queue included. */
  readonly answer_timeout_ms?: number | null
  /** An attempt that nobody has claimed for this long is lost, and announced anew. */
  readonly pickup_timeout_ms?: number | null
}
