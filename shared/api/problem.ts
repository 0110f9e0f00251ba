// What the API answers when it cannot do what it was asked: a problem detail of RFC 9457 with the house's code.

import type { FaultCode } from '../base/fault.ts'

export const problemMediaType = 'application/problem+json'

/** One fault of a definition, in the shape that `validate --json` prints. */
export interface FaultLine {
  readonly code: FaultCode
  readonly severity: 'error' | 'warning'
  /** `request`: the body. */
  readonly file: string
  /** Both count from 1; 0 where the fault stands nowhere in the text: a target nobody knows, an empty list. */
  readonly line: number
  readonly column: number
  readonly pointer: string
  readonly message: string
  readonly hint: string
}

export interface Problem {
  /** A URN that ends in the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: FaultCode
  /** Whether the very same request may succeed later. */
  readonly retryable: boolean
  /** What is wrong with the request, as `body.run_id`, `query.limit` or `path.id`; `detail` begins with it. */
  readonly field?: string
  /** All that is wrong with a definition. */
  readonly faults?: readonly FaultLine[]
  /** Where malformed JSON breaks off; both count from 1. */
  readonly line?: number
  readonly column?: number
  /** The run that was meant, also when its id was made here: opening it again with this id is safe. */
  readonly run_id?: string
  /** Names the request in the orchestrator's log. */
  readonly request_id?: string
}
