// One attempt that this process has in hand, with every delivery that asked for it.

import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Delivery } from '../../shared/ports/transport.ts'
import { type AttemptKey, attemptName, attemptOf } from '../core/attempt.ts'

export interface Work {
  readonly name: string
  readonly key: AttemptKey
  readonly ready: ReadyEvent
  /**
   * When the attempt was announced, as its event says: the instant of the decision, the same whenever that is published
   * again. An event of somebody else may only have the second.
   */
  readonly announcedAt: string
  /** The trace context of the Ready event, handed on with the answer. */
  readonly traceparent: string | undefined
  /** Grows when the event is delivered again; all are completed together. */
  readonly deliveries: Delivery[]
}

export function workOf(ready: ReadyEvent, delivery: Delivery): Work {
  const key = attemptOf(ready)
  const { traceparent, ce_time: announcedAt = `${ready.ts}` } = delivery.headers
  return { name: attemptName(key), key, ready, announcedAt, traceparent, deliveries: [delivery] }
}

/** False when every delivery went to another member: there it comes again. */
export function isCurrent(work: Work): boolean {
  return work.deliveries.some((delivery) => delivery.isCurrent())
}
