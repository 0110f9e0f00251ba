// What kind of trouble a dead letter speaks of: a closed list, for whoever decides what to do with many of them.

import type { AnswerError } from '../../../shared/events/answer.ts'

export const letterCategories = [
  /** The loader, or what it loads from, failed again and again. */
  'loader',
  /** The loader or the zone said that another try is useless. */
  'refused',
  /** Nobody answered in time. */
  'timed-out',
  /** Whoever worked on it died, again and again. */
  'lost',
  /** A record that nobody can read. */
  'unreadable',
] as const
export type LetterCategory = (typeof letterCategories)[number]

const timeouts: ReadonlySet<string> = new Set(['ATTEMPT_TIMED_OUT'])

export function letterCategoryOf({
  code,
  retryable,
}: Pick<AnswerError, 'code' | 'retryable'>): LetterCategory {
  if (code === 'ATTEMPT_LOST') return 'lost'
  if (timeouts.has(code)) return 'timed-out'
  return retryable ? 'loader' : 'refused'
}
