// The DLQ topic read back: letters and what became of them, in any repetition, become the entries of the queue.

import { eventVersion, isNewer } from '../../../shared/base/format-version.ts'
import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'
import { type DeadLetterEntry, type LetterSource, letterStates } from './dead-letter-entry.ts'
import { instantOf, jsonOf, type LetterRecord, letterOf, textOf, wholeOf } from './letter-record.ts'

/** So much of a message is kept for lists: a queue may be long, and all of it is in memory. In UTF-16 units. */
const longestMessage = 500

/** So many entries are kept that somebody has done something about; those that were dealt with first make room. */
export const mostResolved = 10_000

/**
 * Takes the records of each partition in their order, any of them any number of times; what is neither a letter nor
 * says what became of one is passed over. Memory: an entry, without its event and its stack, of each open letter, and
 * of at most `mostResolved` others.
 */
export class DeadLetterFold {
  readonly #entries = new Map<string, DeadLetterEntry>()
  /** By id of the entry. */
  readonly #names = new Map<string, string>()
  /** Names of the entries that are not open, in the order in which they were dealt with. */
  readonly #resolved = new Set<string>()

  take(record: LetterRecord): void {
    const json = jsonOf(record)
    const letter = letterOf(record, json)
    if (letter !== undefined) {
      const { stack: _, event: __, ...entry } = letter
      this.#open({ ...entry, message: cut(entry.message) })
    } else if (isJsonObject(json) && json.event === 'DeadLetterResolved') this.#resolve(json)
  }

  entries(): Iterable<DeadLetterEntry> {
    return this.#entries.values()
  }

  get(id: string): DeadLetterEntry | undefined {
    return this.#entries.get(this.#names.get(id) ?? '')
  }

  /** The topic does not hold its letter any more. */
  forget(id: string): void {
    const name = this.#names.get(id) ?? ''
    this.#entries.delete(name)
    this.#resolved.delete(name)
    this.#names.delete(id)
  }

  // A letter may be stored twice; only a later failure of the object is a new one.
  #open(entry: DeadLetterEntry): void {
    const name = nameOf(entry)
    const known = this.#entries.get(name)
    if (known !== undefined && known.attempts >= entry.attempts) return this.#repeated(name, known, entry)
    if (known !== undefined) this.forget(known.id)
    this.#entries.set(name, entry)
    this.#names.set(entry.id, name)
  }

  // What Redis lost is decided anew, perhaps in fewer commits: then what comes behind it must count too.
  #repeated(name: string, known: DeadLetterEntry, again: DeadLetterEntry): void {
    if (known.attempts !== again.attempts || known.version <= again.version) return
    this.#entries.set(name, { ...known, version: again.version })
  }

  // What became of an earlier failure may be stored again behind a later one.
  #resolve(json: JsonObject): void {
    const state = letterStates.find((known) => known === json.resolved)
    const name = isJsonObject(json.source) ? sourceName(json.source) : objectName(json.run_id, json.id)
    const known = this.#entries.get(name)
    const version = wholeOf(json.version, 1) ?? 0
    // An open letter too much is better than one too few.
    if (known === undefined || state === undefined || isNewer(json.v, eventVersion)) return
    if (version < Math.max(known.version, known.resolved?.version ?? 0)) return
    const by = textOf(json.by) ?? 'somebody'
    const resolved = { by, reason: textOf(json.reason), atMs: instantOf(json.at_ms) ?? 0, version }
    this.#entries.set(name, { ...known, state, resolved })
    this.#keepResolved(name)
  }

  #keepResolved(name: string): void {
    this.#resolved.delete(name)
    this.#resolved.add(name)
    const [oldest] = this.#resolved
    const id = this.#entries.get(oldest ?? '')?.id
    if (this.#resolved.size > mostResolved && id !== undefined) this.forget(id)
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

function cut(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`
}
