// Whether a cron expression is one, and whether it ever fires.

import { Cron } from 'croner'
import { messageOf } from '../../../shared/base/fault.ts'

export interface CronFault {
  readonly code: 'BAD_CRON' | 'CRON_NEVER_FIRES'
  readonly message: string
  readonly hint: string
}

/** A graph of a million objects has few expressions, and building one costs a fifth of a millisecond. */
const checked = new Map<string, CronFault | undefined>()
const mostChecked = 10_000

/** What is wrong with `expression`, or undefined. The same for the same expression, whatever the time is. */
export function cronFault(expression: string): CronFault | undefined {
  const known = checked.get(expression)
  if (known !== undefined || checked.has(expression)) return known
  if (checked.size >= mostChecked) checked.clear()
  const fault = check(expression)
  checked.set(expression, fault)
  return fault
}

function check(expression: string): CronFault | undefined {
  try {
    // croner also takes an ISO date for a job that fires once: no frequency.
    if (/^\d{4}-\d\d-\d\d/.test(expression)) throw new Error('a date is no frequency')
    const cron = new Cron(expression, { timezone: 'UTC', fixedTimeRule: 'no-wildcard' })
    if (cron.nextRun(new Date(0)) !== null) return undefined
    const message = `"${expression}" never fires`
    const hint = 'there is no such day in any year, as 31 February; choose another day'
    return { code: 'CRON_NEVER_FIRES', message, hint }
  } catch (error) {
    const message = `"${expression}" is no cron expression: ${messageOf(error)}`
    const hint = 'write minute, hour, day, month and weekday, as in "0 8 * * *" (every day at 8)'
    return { code: 'BAD_CRON', message, hint }
  }
}
