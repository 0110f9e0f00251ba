// The dead letter queue, as the REST contract shows it.

import type { Json } from '../base/json.ts'

export interface DeadLetterResource {
  readonly id: string
  readonly kind: 'object' | 'record'
  readonly state: string
  readonly category: string
  readonly code: string
  readonly message: string
  /** How often its object was announced in its run, also before a retry; 1 of a record. */
  readonly attempts: number
  /** RFC 3339, UTC; null: the letter does not say. Of an object the first failure in its run, also before a retry. */
  readonly first_at: string | null
  readonly last_at: string | null
  readonly run_id: string | null
  readonly object_id: string | null
  readonly zone: string | null
  readonly tenant: string | null
  readonly workflow: string | null
  /** Where an unreadable record stood. */
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: string } | null
  /** Of what was tried again in vain: the id of the letter before, which may no longer be kept. */
  readonly retry_of: string | null
  /** Of what was tried again in vain: the id of the letter after it. */
  readonly retried_as: string | null
  /** Null: it is open, or nobody says who tried it again. */
  readonly resolved: ResolvedResource | null
  /** What was done about this same letter before that, the earliest first. Releases before this one do not send it. */
  readonly resolved_before?: readonly (ResolvedResource & { readonly state: string })[]
}

export interface ResolvedResource {
  readonly by: string
  readonly reason: string | null
  readonly at: string
  /** The id of the rerun that loaded the object; null: it was no rerun. */
  readonly rerun: string | null
}

/** One entry with all that is known of it. */
export interface DeadLetterDetail extends DeadLetterResource {
  readonly stack: string | null
  /** The letter as JSON, or the text of a record that is none. */
  readonly event: Json
}

/** The newest first. */
export interface DeadLetterList {
  readonly entries: readonly DeadLetterResource[]
  /** How many answer the filter, also those beyond the limit. */
  readonly total: number
  /** These by code and zone, the most first. */
  readonly groups: readonly { readonly code: string; readonly zone: string | null; readonly count: number }[]
}

export const letterCommands = ['retry', 'discard'] as const
export type LetterCommand = (typeof letterCommands)[number]

export interface DeadLetterAnswer {
  readonly id: string
  /** False: nothing was changed; `message` says why. */
  readonly changed: boolean
  readonly message: string
  readonly run_id: string | null
  readonly object_id: string | null
}
