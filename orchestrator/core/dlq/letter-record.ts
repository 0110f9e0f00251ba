// One record of the DLQ topic, read as the letter that it is. Anybody may write there: nothing is taken on trust.

import {
  deepestJson,
  isDeeperThan,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../../shared/base/json.ts'
import { objectIdOf } from '../../../shared/base/object-id.ts'
import type { DeadLetterDetail } from './dead-letter-entry.ts'
import { letterCategories, letterCategoryOf } from './letter-category.ts'

/** A record of the DLQ topic. */
export interface LetterRecord {
  readonly partition: number
  readonly offset: string
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

/** Of a record that nobody can read so much is shown. */
const longestText = 10_000
/** A letter of ours holds a definition, which may be as deep as anything. */
const deepestLetter = 2 * deepestJson
/** The last instant that a Date can say. */
const lastInstantMs = 8.64e15

/** The letter with all that is known of it, open; undefined: the record is none. `json` is its value, parsed. */
export function letterOf(record: LetterRecord, json: Json | undefined): DeadLetterDetail | undefined {
  if (record.headers.dlq_source_topic !== undefined) return letterOfRecord(record, json)
  if (!isJsonObject(json) || json.status !== 'failed') return undefined
  const objectId = objectIdOf(json.id)
  const runId = textOf(json.run_id)
  return objectId === undefined || runId === undefined
    ? undefined
    : letterOfObject(record, json, { runId, objectId })
}

/** Undefined: it is no JSON, or nested too deep to be printed again. */
export function jsonOf({ value }: LetterRecord): Json | undefined {
  const json = parseJson(value?.toString('utf8') ?? '')
  return json === undefined || isDeeperThan(deepestLetter, json) ? undefined : json
}

/** A whole number from `least`; undefined: it is none. */
export function wholeOf(value: Json | undefined, least: number): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : undefined
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function instantOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= lastInstantMs ? value : undefined
}

function letterOfRecord(record: LetterRecord, json: Json | undefined): DeadLetterDetail {
  const { headers, value } = record
  const { dlq_source_topic: topic = '', dlq_source_offset: offset = '' } = headers
  const writtenAtMs = instantOf(Number(headers.dlq_source_at_ms ?? Number.NaN))
  return {
    id: idOf(record),
    kind: 'record',
    state: 'open',
    category: 'unreadable',
    code: headers.dlq_code ?? 'EVENT_UNREADABLE',
    message: headers.dlq_reason ?? 'nobody can read it',
    attempts: 1,
    version: 0,
    firstAtMs: writtenAtMs,
    lastAtMs: writtenAtMs,
    ...{ runId: undefined, objectId: undefined, zone: undefined, tenant: undefined, workflow: undefined },
    source: { topic, partition: wholeOf(Number(headers.dlq_source_partition), 0) ?? 0, offset },
    retryOf: headers.dlq_retry_of,
    retriedAs: undefined,
    resolved: undefined,
    resolvedBefore: [],
    stack: undefined,
    event: json ?? cut(value?.toString('utf8') ?? ''),
  }
}

function letterOfObject(
  record: LetterRecord,
  json: JsonObject,
  ids: { readonly runId: string; readonly objectId: string },
): DeadLetterDetail {
  const error = isJsonObject(json.error) ? json.error : {}
  const code = textOf(error.code) ?? record.headers.dlq_code ?? 'LOADER_FAILED'
  const category = letterCategories.find((known) => known === json.category)
  return {
    id: idOf(record),
    kind: 'object',
    state: 'open',
    category: category ?? letterCategoryOf({ code, retryable: error.retryable !== false }),
    code,
    message: textOf(error.detail) ?? record.headers.dlq_reason ?? 'the letter gives no reason',
    attempts: wholeOf(json.attempt, 1) ?? 1,
    version: wholeOf(json.version, 1) ?? 0,
    firstAtMs: instantOf(json.first_at_ms),
    lastAtMs: instantOf(json.last_at_ms),
    ...ids,
    zone: textOf(json.zone),
    tenant: textOf(json.tenant),
    workflow: textOf(json.workflow),
    source: undefined,
    retryOf: undefined,
    retriedAs: undefined,
    resolved: undefined,
    resolvedBefore: [],
    stack: textOf(error.stack),
    event: json,
  }
}

function idOf({ partition, offset }: LetterRecord): string {
  return `${partition}.${offset}`
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`
}
