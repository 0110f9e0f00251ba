// What an object goes on without, in words: for the line that says that it was announced.

import type { FactLine } from '../../shared/api/run-resource.ts'
import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'

/** More missing inputs than this are counted; `--json` has them all. */
const mostNamed = 3

/** As `, without 1002, with an old load of 1003`, for the children of an object that was degraded too; empty when nothing is missing. */
export function degradedText({ degraded }: FactLine): string {
  if (!Array.isArray(degraded) || degraded.length === 0) return ''
  const said = [...new Set(degraded.filter(isJsonObject).map(missing))]
  const hidden = said.length - mostNamed
  return `, ${said.slice(0, mostNamed).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`
}

function missing({ parent, loaded_at_ms }: JsonObject): string {
  return loaded_at_ms === undefined ? `without ${parent}` : `with an old load of ${parent}`
}
