// One record of the DLQ topic, read as what became of a letter. Anybody may write there: nothing is taken on trust.

import { eventVersion, isNewer } from '../../../shared/base/format-version.ts'
import { isJsonObject, type Json } from '../../../shared/base/json.ts'
import { type LetterResolved, type LetterState, letterStates } from './dead-letter-entry.ts'
import { objectName, sourceName } from './letter-name.ts'
import { instantOf, textOf, wholeOf } from './letter-record.ts'

/** What became of a letter of the object, or of the record, that is named so. */
export interface Resolution {
  readonly name: string
  readonly state: LetterState
  readonly resolved: LetterResolved
}

/** Undefined: the record says no such thing, or in a form of a later release: an open letter too much is better than one too few. */
export function resolutionOf(json: Json | undefined): Resolution | undefined {
  if (!isJsonObject(json) || json.event !== 'DeadLetterResolved' || isNewer(json.v, eventVersion))
    return undefined
  const state = letterStates.find((known) => known === json.resolved)
  if (state === undefined) return undefined
  const name = isJsonObject(json.source) ? sourceName(json.source) : objectName(json.run_id, json.id)
  const by = textOf(json.by) ?? 'somebody'
  const version = wholeOf(json.version, 1) ?? 0
  return {
    name,
    state,
    resolved: {
      by,
      reason: textOf(json.reason),
      atMs: instantOf(json.at_ms) ?? 0,
      version,
      rerun: textOf(json.rerun),
    },
  }
}
