// Cron expressions: croner decides when they fire, this decides how croner is asked.

import { Cron } from 'croner'
import { IANAZone } from 'luxon'
import { failure, type Result, success } from '../../../shared/base/result.ts'

export interface CronFault {
  readonly code: 'BAD_CRON' | 'CRON_NEVER_FIRES'
  readonly message: string
}

/** Jobs are kept, as building one takes longer than asking it; bounded, as expressions come from data. */
const jobs = new Map<string, Cron>()
const jobsKept = 10_000

/** From here on an expression must fire at least once: earlier than any data. */
const epoch = new Date(0)

/**
 * Whether `expression` is five, six or seven cron fields (or a nickname such as `@daily`) that fire some
 * day. Seconds come first where there are six; a day of month and a day of week together mean either.
 */
export function checkCron(expression: string): Result<string, CronFault> {
  try {
    const job = jobOf(expression, 'UTC')
    // Croner also takes a date for a job that runs once: that is no cron expression.
    if (job.getPattern() === undefined) return failure(badCron(expression, 'it is a date'))
    if (job.nextRun(epoch) !== null) return success(expression)
    return failure({ code: 'CRON_NEVER_FIRES', message: `the cron expression '${expression}' never fires` })
  } catch (error) {
    return failure(badCron(expression, error instanceof Error ? error.message : String(error)))
  }
}

function badCron(expression: string, reason: string): CronFault {
  return { code: 'BAD_CRON', message: `'${expression}' is no cron expression: ${reason}` }
}

/** Whether `name` is a time zone of the IANA data base, such as `Europe/Madrid` or `UTC`. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name)
}

/** The newest tick at or before `nowMs`; undefined when there was none. The expression and the zone are checked ones. */
export function lastTickAtMs(expression: string, timeZone: string, nowMs: number): number | undefined {
  // Croner's previous run is before the reference, and one in the same second counts as before.
  return jobOf(expression, timeZone)
    .previousRuns(1, new Date(nowMs + 1))[0]
    ?.getTime()
}

/** The first tick after `afterMs`; undefined when there will be none. The expression and the zone are checked ones. */
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
