// What an object goes on without, in words: for the line that says that it was announced.

import type { FactLine } from '../../shared/api/run-resource.ts'
import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import { missingInWords } from '../../shared/events/degradation.ts'

/** As `, without 1002, with an old load of 1003`; empty when nothing is missing. `--json` names what is only counted here. */
export function degradedText({ degraded }: FactLine): string {
  if (!Array.isArray(degraded) || degraded.length === 0) return ''
  return `, ${missingInWords(degraded.filter(isJsonObject).map(entryOf))}`
}

function entryOf({ parent, loaded_at_ms }: JsonObject) {
  return {
    parent: String(parent),
    ...(loaded_at_ms === undefined ? {} : { loaded_at_ms: Number(loaded_at_ms) }),
  }
}
