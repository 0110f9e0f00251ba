// What the letters of one object, or of one record, have in common: the name that they are found under.

import type { Json } from '../../../shared/base/json.ts'
import type { DeadLetterEntry, LetterSource } from './dead-letter-entry.ts'

export function nameOf({ source, runId, objectId }: DeadLetterEntry): string {
  return source === undefined ? objectName(runId, objectId) : sourceName(source)
}

export function sourceName({
  topic,
  partition,
  offset,
}: { [field in keyof LetterSource]?: unknown }): string {
  return `record ${wordOf(topic)}/${wordOf(partition)}/${wordOf(offset)}`
}

export function objectName(runId: Json | undefined, objectId: Json | undefined): string {
  return `object ${wordOf(runId).length}/${wordOf(runId)}/${wordOf(objectId)}`
}

/** Not by `String`: an object may have no text, as {"toString":1}. */
function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-'
}
