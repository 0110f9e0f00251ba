// Trying again until it works or nobody wants it any more: the one retry loop of the house.

import { type Backoff, backoffMs } from '../base/backoff.ts'
import { messageOf } from '../base/fault.ts'
import type { Random } from '../base/random.ts'
import { type Clock, sleep } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'

export interface Persistence {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Aborted when nobody wants the outcome any more. */
  readonly signal: AbortSignal
  /** Whether an error is worth another try; any other is thrown. */
  readonly worthwhile: (error: unknown) => boolean
}

const backoff: Backoff = { baseMs: 50, factor: 2, capMs: 5_000 }

/**
 * Calls `action` until it resolves and gives its outcome; `'stopped'` when the signal was aborted before
 * that. Errors that are not worthwhile are thrown. Each failure is logged as "cannot <what>".
 */
export async function insist<Outcome>(
  what: string,
  action: () => Promise<Outcome>,
  persistence: Persistence,
): Promise<Outcome | 'stopped'> {
  const { clock, logger, random, signal } = persistence
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return await action()
    } catch (error) {
      if (!persistence.worthwhile(error)) throw error
      logger.warn(`cannot ${what}, trying again`, { error: messageOf(error), failures })
      await sleep(clock, backoffMs(backoff, failures, random()), signal)
    }
  }
  return 'stopped'
}
