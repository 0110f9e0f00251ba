// Ids and chance from the machine.

import { randomUUIDv7 } from 'node:crypto'
import type { Random } from '../../base/random.ts'

/** A new run id: a UUID of version 7, so that ids sort by the time they were made (RFC 9562, section 5.7). */
export function randomRunId(): string {
  return randomUUIDv7()
}

/** Chance that nobody can repeat. */
export const systemRandom: Random = () => Math.random()
