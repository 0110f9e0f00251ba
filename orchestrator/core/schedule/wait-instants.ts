// The times of day that links of a plan wait until, as instants of one business date.

import { DateTime } from 'luxon'
import type { Plan } from '../graph/plan.ts'

/**
 * By time of day (HH:MM) the instant, in milliseconds since the epoch, at which it is that time in `timeZone` on `date`
 * (YYYY-MM-DD); undefined when no link waits. A time that the clocks leap over is as much later on the wall.
 */
export function waitInstants(
  plan: Plan,
  date: string,
  timeZone: string,
): Readonly<Record<string, number>> | undefined {
  const instants: Record<string, number> = {}
  for (const { wait_until } of plan.linkPolicies.values()) {
    if (wait_until === undefined) continue
    instants[wait_until] = DateTime.fromISO(`${date}T${wait_until}`, { zone: timeZone }).toMillis()
  }
  return Object.keys(instants).length === 0 ? undefined : instants
}
