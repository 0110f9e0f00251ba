// A loader as a port: what a zone team writes.

import type { Json } from '../../shared/base/json.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'

export interface LoadContext {
  /** Aborted when the attempt is no longer wanted: its deadline has passed, or the worker must leave. */
  readonly signal: AbortSignal
}

export interface Loaded {
  /** One line for people. */
  readonly info: string
  /** What the children get as their input from this object; at most 64 KiB of JSON. */
  readonly result?: Json
}

/**
 * Loads one object. Resolving means loaded; throwing a `Fault` means failed, retryable as its code says;
 * throwing anything else means failed and retryable. May be called again for the same attempt after a crash.
 */
export interface Loader {
  readonly name: string
  load(ready: ReadyEvent, context: LoadContext): Promise<Loaded>
}
