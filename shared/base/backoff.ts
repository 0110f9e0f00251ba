// How long to wait before trying again.

export interface Backoff {
  /** The wait before the first retry, in milliseconds. */
  readonly baseMs: number
  /** What each further wait is multiplied by. */
  readonly factor: number
  /** The longest wait, in milliseconds. */
  readonly capMs: number
}

/**
 * The wait after failure number `failures` (1 is the first), in milliseconds: "full jitter", a part
 * `chance` in [0, 1) of the exponential wait, but never below a tenth of it, so that a retry is a pause.
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 */
export function backoffMs(backoff: Backoff, failures: number, chance: number): number {
  const { baseMs, factor, capMs } = backoff
  // The power is infinite in the end, and nothing times that is no number.
  const exponential = baseMs === 0 ? 0 : Math.min(capMs, baseMs * factor ** Math.max(0, failures - 1))
  return Math.round(exponential * (0.1 + 0.9 * chance))
}
