// The DLQ topic read back: letters and what became of them, in any repetition, become the entries of the queue.

import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../shared/base/json.ts'
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

/** Takes the records of each partition in their order; what is neither a letter nor says what became of one is passed over. */
export class DeadLetterFold {
  readonly #entries = new Map<string, DeadLetterEntry>()
  readonly #names = new Map<string, string>()

  take(record: LetterRecord): void {
    if (record.headers.dlq_source_topic !== undefined) return this.#open(recordEntry(record))
    const json = parseJson(record.value?.toString('utf8') ?? '')
    if (!isJsonObject(json)) return
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
    const resolved = { by: String(json.by ?? 'somebody'), reason, atMs: Number(json.at_ms ?? 0) }
    this.#entries.set(name, { ...known, state: state satisfies LetterState, resolved })
  }
}

function nameOf({ source, runId, objectId }: DeadLetterEntry): string {
  return source === undefined ? objectName(runId, objectId) : sourceName(source)
}

function sourceName({ topic, partition, offset }: { [field in keyof LetterSource]?: unknown }): string {
  return `record ${topic}/${partition}/${offset}`
}

function objectName(runId: Json | undefined, objectId: Json | undefined): string {
  return `object ${String(runId).length}/${runId}/${objectId}`
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
    event: parseJson(text) ?? text.slice(0, longestText),
  }
}

function objectEntry(record: LetterRecord, json: JsonObject): DeadLetterEntry {
  const error = isJsonObject(json.error) ? json.error : {}
  const code = String(error.code ?? record.headers.dlq_code ?? 'LOADER_FAILED')
  const category = letterCategories.find((known) => known === json.category)
  return {
    id: idOf(record),
    kind: 'object',
    state: 'open',
    category: category ?? letterCategoryOf({ code, retryable: error.retryable !== false }),
    code,
    message: String(error.detail ?? record.headers.dlq_reason ?? ''),
    stack: textOf(error.stack),
    attempts: Number(json.attempt ?? 1),
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

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function instantOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
