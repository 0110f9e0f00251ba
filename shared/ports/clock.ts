// Time as a port: the only way the house reads the time or waits.

export interface Timer {
  /** Forgets the timer. Harmless after it has fired, and when called twice. */
  cancel(): void
}

export interface Clock {
  /** Milliseconds since the Unix epoch. May jump when the machine's clock is set. */
  nowMs(): number

  /** Calls `action` once, not before `delayMs` have passed and never synchronously. An error of `action` is a programmer error. */
  after(delayMs: number, action: () => void): Timer
}

/** Resolves after `delayMs`, or at once when `signal` is aborted (it never rejects). */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const wake = () => {
      timer.cancel()
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = clock.after(delayMs, wake)
    signal?.addEventListener('abort', wake, { once: true })
  })
}
