// What happens to a run. Time arrives beside the input; nothing here reads a clock.

import type { Json } from '../../../shared/base/json.ts'
import type { Answer } from '../../../shared/events/answer.ts'
import type { RunPolicy } from './run-policy.ts'

/** The run begins. `reused` names objects of the plan that are fresh enough not to be loaded again. */
export interface OpenInput {
  readonly kind: 'open'
  readonly tenant: string
  readonly workflow?: string
  readonly businessDate?: string
  readonly policy: RunPolicy
  readonly reused: readonly ReusableLoad[]
}

export interface ReusableLoad {
  readonly objectId: string
  readonly loadedAtMs: number
  readonly result?: Json
}

/** Announce objects that can start, at most `limit` of them: a large run is opened in chunks. */
export interface DispatchInput {
  readonly kind: 'dispatch'
  readonly limit: number
}

/** Time has passed: whatever is due by now happens. */
export interface TickInput {
  readonly kind: 'tick'
}

export interface CancelInput {
  readonly kind: 'cancel'
  readonly reason: string
}

export type RunInput = OpenInput | DispatchInput | TickInput | CancelInput | Answer
