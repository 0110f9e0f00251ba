// Spans of time as people write them in definitions and in the configuration.

import type { Json } from '../../../shared/base/json.ts'

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** How spans are written, in words. */
export const spanWords = 'a number with ms, s, m, h or d, as "90s" or "1.5h", or a number of seconds'

/**
 * `"250ms"`, `"1.5h"` or a number of seconds in milliseconds, rounded. Undefined: it is no span. Text without a unit is
 * none, since nobody could tell what it means; nor are units in capitals: M is also for months.
 */
export function spanMsOf(given: Json): number | undefined {
  if (typeof given === 'number') return given >= 0 ? Math.round(given * 1_000) : undefined
  if (typeof given !== 'string') return undefined
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(given) ?? []
  if (amount === undefined || unit === undefined) return undefined
  return Math.round(Number(amount) * unitMs[unit as keyof typeof unitMs])
}
