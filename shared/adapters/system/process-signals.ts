// SIGTERM and SIGINT: the first asks to leave, the second forces it.

export type StopSignal = 'SIGTERM' | 'SIGINT'

/** What a shell shows for a process that a signal ended: 128 + the signal's number. */
export const exitCodes: Record<StopSignal, number> = { SIGINT: 130, SIGTERM: 143 }

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown
  exit(code: number): void
}

/**
 * Calls `stop` once, at the first SIGTERM or SIGINT; another one of either ends the process at once with 143
 * or 130. Returns a function that listens no more.
 */
export function onStopSignal(stop: (signal: StopSignal) => void, source: SignalSource = process): () => void {
  let asked = false
  const listen = (signal: StopSignal) => {
    if (asked) return source.exit(exitCodes[signal])
    asked = true
    stop(signal)
  }
  source.on('SIGTERM', listen)
  source.on('SIGINT', listen)
  return () => {
    source.off('SIGTERM', listen)
    source.off('SIGINT', listen)
  }
}
