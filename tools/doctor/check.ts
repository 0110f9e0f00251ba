// One thing that doctor looks at, and how it is.

import { redactText } from '../../shared/base/redact.ts'

export interface Check {
  /** What was looked at: `kafka`, `topic event.load.loaded`. */
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly message: string
  /** What to do about it; null where nothing is to be done. */
  readonly advice: string | null
}

export function ok(name: string, message: string): Check {
  return { name, state: 'ok', message: redactText(message), advice: null }
}

export function warn(name: string, message: string, advice: string): Check {
  return { name, state: 'warn', message: redactText(message), advice: redactText(advice) }
}

export function fail(name: string, message: string, advice: string): Check {
  return { name, state: 'fail', message: redactText(message), advice: redactText(advice) }
}
