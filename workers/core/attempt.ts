// The identity of an attempt, as the ledger knows it.

import type { ReadyEvent } from '../../shared/events/ready.ts'

export interface AttemptKey {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
}

export function attemptOf(ready: ReadyEvent): AttemptKey {
  return { runId: ready.run_id, objectId: ready.id, attempt: ready.attempt }
}

/** One text per attempt, for maps: two attempts never share one, whatever their ids are made of. */
export function attemptName(key: AttemptKey): string {
  return `${key.attempt}/${key.runId.length}/${key.runId}/${key.objectId}`
}
