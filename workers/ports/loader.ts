// A loader as a port: what a zone team writes.

import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Loaded } from '../core/verdict.ts'

export interface LoadContext {
  /**
   * Aborted when the attempt is no longer wanted: its deadline has passed, or the worker must leave. Its reason is
   * an Error whose message is `deadline` in the first case, and in no other.
   */
  readonly signal: AbortSignal
}

/**
 * Loads one object. Resolving means loaded; throwing a `Fault` means failed, retryable as its code says;
 * throwing anything else means failed and retryable. May be called again for the same attempt after a crash.
 */
export interface Loader {
  readonly name: string
  /**
   * The service that loading the object depends on, such as `https://api.example.org`; undefined: none. While that
   * does not answer, its breaker lets attempts fail without calling `load`. Must not throw.
   */
  target?(ready: ReadyEvent): string | undefined
  load(ready: ReadyEvent, context: LoadContext): Promise<Loaded>
}
