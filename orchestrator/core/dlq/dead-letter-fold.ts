// The DLQ topic read back: letters and what became of them, in any repetition, become the entries of the queue.

import {
  deepestJson,
  isDeeperThan,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../../../shared/base/json.ts'
import type { DeadLetterEntry, LetterSource, LetterState } from './dead-letter-entry.ts'
import { letterStates } from './dead-letter-entry.ts'
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

/** Takes the records of each partition in their order; what is neither a letter nor says what became of one is passed over. */
export class DeadLetterFold {
  readonly #entries = new Map<string, DeadLetterEntry>()
  readonly #names = new Map<string, string>()

  take(record: LetterRecord): void {
    if (record.headers.dlq_source_topic !== undefined) return this.#open(recordEntry(record))
    const json = parseJson(record.value?.toString('utf8') ?? '')
    if (!isJsonObject(json) || isDeeperThan(deepestLetter, json)) return
    if (typeof json.resolved === 'string') this.#resolve(json)
    else if (json.status === 'failed') this.#open(objectEntry(record, json))
  }

  /** Oldest letter first. */
  entries(): Iterable<DeadLetterEntry> {
    return this.#entries.values()
  }

  get(id: string): DeadLetterEntry | undefined {
    return this.#entries.get(this.#names.get(id) ?? '')
  }

  // A letter may be stored twice; only a later failure of the object is a new one.
  #open(entry: DeadLetterEntry): void {
    const name = nameOf(entry)
    const known = this.#entries.get(name)
    if (known !== undefined && known.attempts >= entry.attempts) return
    if (known !== undefined) {
      this.#entries.delete(name)
      this.#names.delete(known.id)
    }
    this.#entries.set(name, entry)
    this.#names.set(entry.id, name)
  }

  #resolve(json: JsonObject): void {
    const state = letterStates.find((known) => known === json.resolved)
    const name = isJsonObject(json.source) ? sourceName(json.source) : objectName(json.run_id, json.id)
    const known = this.#entries.get(name)
    if (known === undefined || state === undefined) return
    const reason = typeof json.reason === 'string' ? json.reason : undefined
    const resolved = { by: textOf(json.by) ?? 'somebody', reason, atMs: instantOf(json.at_ms) ?? 0 }
    this.#entries.set(name, { ...known, state: state satisfies LetterState, resolved })
  }
}

function nameOf({ source, runId, objectId }: DeadLetterEntry): string {
  return source === undefined ? objectName(runId, objectId) : sourceName(source)
}

function sourceName({ topic, partition, offset }: { [field in keyof LetterSource]?: unknown }): string {
  return `record ${wordOf(topic)}/${wordOf(partition)}/${wordOf(offset)}`
}

function objectName(runId: Json | undefined, objectId: Json | undefined): string {
  return `object ${wordOf(runId).length}/${wordOf(runId)}/${wordOf(objectId)}`
}

/** Not by `String`: an object may have no text, as {"toString":1}. */
function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-'
}

function idOf({ partition, offset }: LetterRecord): string {
  return `${partition}.${offset}`
}

function recordEntry(record: LetterRecord): DeadLetterEntry {
  const { headers, value } = record
  const text = value?.toString('utf8') ?? ''
  const [, topic = '', partition = '', offset = ''] = [
    '',
    headers.dlq_source_topic,
    headers.dlq_source_partition,
    headers.dlq_source_offset,
  ]
  const writtenAtMs = headers.dlq_source_at_ms === undefined ? undefined : Number(headers.dlq_source_at_ms)
  return {
    id: idOf(record),
    kind: 'record',
    state: 'open',
    category: 'unreadable',
    code: headers.dlq_code ?? 'EVENT_UNREADABLE',
    message: headers.dlq_reason ?? 'nobody can read it',
    stack: undefined,
    attempts: 1,
    firstAtMs: writtenAtMs,
    lastAtMs: writtenAtMs,
    ...{ runId: undefined, objectId: undefined, zone: undefined, tenant: undefined, workflow: undefined },
    source: { topic, partition: Number(partition), offset },
    resolved: undefined,
    event: shown(text),
  }
}

/** What is nested too deep cannot be printed as JSON. */
function shown(text: string): Json {
  const json = parseJson(text)
  return json === undefined || isDeeperThan(deepestLetter, json) ? text.slice(0, longestText) : json
}

function objectEntry(record: LetterRecord, json: JsonObject): DeadLetterEntry {
  const error = isJsonObject(json.error) ? json.error : {}
  const code = textOf(error.code) ?? record.headers.dlq_code ?? 'LOADER_FAILED'
  const category = letterCategories.find((known) => known === json.category)
  return {
    id: idOf(record),
    kind: 'object',
    state: 'open',
    category: category ?? letterCategoryOf({ code, retryable: error.retryable !== false }),
    code,
    message: textOf(error.detail) ?? record.headers.dlq_reason ?? '',
    stack: textOf(error.stack),
    attempts: isAttempt(json.attempt) ? json.attempt : 1,
    firstAtMs: instantOf(json.first_at_ms),
    lastAtMs: instantOf(json.last_at_ms),
    runId: textOf(json.run_id),
    objectId: textOf(json.id),
    zone: textOf(json.zone),
    tenant: textOf(json.tenant),
    workflow: textOf(json.workflow),
    source: undefined,
    resolved: undefined,
    event: json,
  }
}

function isAttempt(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function instantOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
