// A span of time that may be any between two ends.

export interface SpanRange {
  readonly minMs: number
  readonly maxMs: number
}
