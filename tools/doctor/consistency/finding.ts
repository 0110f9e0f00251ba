// Something on which journal, Redis and consumer groups do not agree, and what can be done about it.

export type Repair =
  /** Redis gets back from the journal what it lacks. */
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'store-plan'; readonly runId: string; readonly plan: string }
  | { readonly kind: 'journal-plan'; readonly runId: string; readonly plan: string }
  /** What is due is decided, and what was not published is. */
  | { readonly kind: 'attend'; readonly runId: string }
  /** The Ready event of the attempt is sent once more. */
  | { readonly kind: 'announce'; readonly runId: string; readonly objectId: string; readonly attempt: number }
  | { readonly kind: 'enter'; readonly runId: string }
  | { readonly kind: 'forget-counters'; readonly runId: string }
  | { readonly kind: 'forget-head'; readonly runId: string }
  | { readonly kind: 'forget-plan'; readonly plan: string }
  | {
      readonly kind: 'move-offset'
      readonly group: string
      readonly topic: string
      readonly partition: number
      readonly offset: number
    }

/** What each code means stands in docs/doctor.md; a test holds the two together. */
export const findingCodes = [
  'STORE_NOT_WHOLE',
  'RUN_MISSING',
  'RUN_BEHIND',
  'RUN_DIVERGED',
  'RUN_NOT_JOURNALLED',
  'RUN_NOT_ENTERED',
  'RUN_UNREADABLE',
  'PLAN_NOT_STORED',
  'PLAN_NOT_JOURNALLED',
  'OUTBOX_NOT_DRAINED',
  'TIMER_OVERDUE',
  'ATTEMPT_OVERDUE',
  'ATTEMPT_LOST',
  'OUTCOME_WITHOUT_READY',
  'COUNTERS_ORPHANED',
  'HEAD_ORPHANED',
  'PLAN_ORPHANED',
  'GROUP_WITHOUT_MEMBERS',
  'GROUP_LAGS',
  'GROUP_OFFSETS_GONE',
  'GROUP_OUT_OF_RANGE',
] as const

export type FindingCode = (typeof findingCodes)[number]

export interface Finding {
  readonly code: FindingCode
  /** `warn`: it may be meant, or mends itself. */
  readonly state: 'warn' | 'fail'
  /** What is meant: `run r1`, `object 2001 of run r1`, `group zone.ingestion`. */
  readonly subject: string
  readonly message: string
  /** What to do, or why `--fix` does nothing about it. */
  readonly advice: string
  /** What `--fix` does; null: nothing, because something could be lost, or nothing need be done. */
  readonly repair: Repair | null
}

export function found(code: FindingCode, finding: Omit<Finding, 'code'>): Finding {
  return { code, ...finding }
}
