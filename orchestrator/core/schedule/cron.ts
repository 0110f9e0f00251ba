// When cron expressions fire: croner decides it, this decides how croner is asked.

import { Cron } from 'croner'
import { IANAZone } from 'luxon'

/** Jobs are kept, as building one takes longer than asking it; bounded, as expressions come from data. */
const jobs = new Map<string, Cron>()
const jobsKept = 10_000

/** Whether `name` is a time zone of the IANA data base, such as `Europe/Madrid` or `UTC`. */
export function isTimeZone(name: string): boolean {
  // Offsets like +02:00 are no zones: they know nothing of summer time.
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name)
}

/** The newest tick at or before `nowMs`; undefined when there was none. The expression is one that `cronFault` finds nothing wrong with, the zone one of `isTimeZone`. */
export function lastTickAtMs(expression: string, timeZone: string, nowMs: number): number | undefined {
  // Croner's previous run is before the reference, and one in the same second counts as before.
  return jobOf(expression, timeZone)
    .previousRuns(1, new Date(nowMs + 1))[0]
    ?.getTime()
}

/** The first tick after `afterMs`; undefined when there will be none. The expression is one that `cronFault` finds nothing wrong with, the zone one of `isTimeZone`. */
export function nextTickAtMs(expression: string, timeZone: string, afterMs: number): number | undefined {
  return jobOf(expression, timeZone).nextRun(new Date(afterMs))?.getTime()
}

/**
 * `no-wildcard`: lists and ranges of hours are wall-clock times too, so that `0 2,14 * * *` fires once on
 * the night that has two o'clock twice, and right after the gap on the night that has none.
 */
function jobOf(expression: string, timezone: string): Cron {
  const key = `${timezone} ${expression}`
  const known = jobs.get(key)
  if (known !== undefined) return known
  const job = new Cron(expression, { timezone, fixedTimeRule: 'no-wildcard' })
  if (jobs.size >= jobsKept) jobs.clear()
  jobs.set(key, job)
  return job
}
