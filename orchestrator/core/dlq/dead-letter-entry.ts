// One entry of the dead letter queue: what went wrong, where, how often, and what became of it.

import type { Json } from '../../../shared/base/json.ts'
import type { LetterCategory } from './letter-category.ts'

export const letterStates = [
  'open',
  'retried',
  'discarded',
  'marked-loaded',
  'skipped',
  'accepted',
  'reloaded',
] as const
/** `open`: it needs somebody's attention; else what was done about it, `reloaded` by a rerun of its run. */
export type LetterState = (typeof letterStates)[number]

/** Where an unreadable record stood. */
export interface LetterSource {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

export interface DeadLetterEntry {
  /** The place of its letter in the DLQ topic: stable, and fit for a URL. */
  readonly id: string
  readonly kind: 'object' | 'record'
  readonly state: LetterState
  readonly category: LetterCategory
  readonly code: string
  readonly message: string
  /** How often its object was announced in its run, also before a retry; 1 of a record. */
  readonly attempts: number
  /** The commit of its run that said so last; 0: the letter does not say, or is of a record. */
  readonly version: number
  /**
   * Instants in milliseconds since the epoch; undefined: the letter does not say. Of an object the first one is that
   * of its first failure in its run, also before a retry.
   */
  readonly firstAtMs: number | undefined
  readonly lastAtMs: number | undefined
  readonly runId: string | undefined
  readonly objectId: string | undefined
  readonly zone: string | undefined
  readonly tenant: string | undefined
  readonly workflow: string | undefined
  /** Of a record; undefined for an object. */
  readonly source: LetterSource | undefined
  /** Of what was tried again in vain: the id of the letter before, which may no longer be kept. */
  readonly retryOf: string | undefined
  /** The same from the other side: the id of the letter after it. */
  readonly retriedAs: string | undefined
  /** Undefined: it is open, or nobody says who tried it again. */
  readonly resolved: LetterResolved | undefined
  /** What was done about this same letter before that, the earliest first. */
  readonly resolvedBefore: readonly EarlierResolution[]
}

/** As when a letter is discarded, and tried again all the same. */
export interface EarlierResolution {
  readonly state: LetterState
  readonly resolved: LetterResolved
}

export interface LetterResolved {
  readonly by: string
  readonly reason: string | undefined
  readonly atMs: number
  /** The commit of its run that said so; 0 for a record, and when a rerun did. */
  readonly version: number
  /** The rerun that loaded the object. */
  readonly rerun: string | undefined
}

/** An entry with what is read from the topic only when somebody asks for it. */
export interface DeadLetterDetail extends DeadLetterEntry {
  /** Where the last error was thrown. */
  readonly stack: string | undefined
  /** The letter as JSON, or the text of a record that is none. */
  readonly event: Json
}

export interface LetterFilter {
  readonly state?: LetterState | 'all'
  readonly category?: LetterCategory
  readonly code?: string
  readonly runId?: string
  readonly objectId?: string
  readonly zone?: string
  readonly tenant?: string
  readonly sinceMs?: number
  readonly untilMs?: number
}

/** Whether an entry is one of those asked for; without a state the open ones are. */
export function answersFilter(entry: DeadLetterEntry, filter: LetterFilter): boolean {
  const { state = 'open', sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = filter
  const lastAtMs = entry.lastAtMs ?? 0
  return (
    (state === 'all' || entry.state === state) &&
    lastAtMs >= sinceMs &&
    lastAtMs < untilMs &&
    (['category', 'code', 'runId', 'objectId', 'zone', 'tenant'] as const).every(
      (field) => filter[field] === undefined || filter[field] === entry[field],
    )
  )
}
