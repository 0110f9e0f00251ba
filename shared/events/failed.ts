// ObjectFailed: a zone says that an attempt failed.

import type { ZoneLabel } from '../base/layer.ts'
import type { AnswerError } from './answer.ts'

export interface FailedEvent {
  readonly event: 'ObjectFailed'
  /** The version of this format; absent: the first. */
  readonly v?: 1
  readonly id: string
  readonly status: 'failed'
  readonly zone: ZoneLabel
  readonly info: string
  readonly run_id: string
  readonly attempt: number
  readonly error: AnswerError
}
