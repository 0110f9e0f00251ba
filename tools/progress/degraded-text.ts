// What an object goes on without, in words: for the line that says that it was announced.

import type { FactLine } from '../../shared/api/run-resource.ts'
import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import { missingSuffix } from '../../shared/events/degradation.ts'

/** As `, without 1002 (2001 above it went on without 1001)`; empty when nothing is missing. `--json` names what is only counted here. */
export function degradedText({ degraded, object_id }: FactLine): string {
  if (!Array.isArray(degraded)) return ''
  return missingSuffix(degraded.filter(isJsonObject).map(entryOf), String(object_id))
}

function entryOf({ parent, child, loaded_at_ms }: JsonObject) {
  return {
    parent: String(parent),
    child: String(child),
    ...(loaded_at_ms === undefined ? {} : { loaded_at_ms: Number(loaded_at_ms) }),
  }
}
