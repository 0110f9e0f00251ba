// The DLQ topic read back: letters and what became of them, in any repetition, become the entries of the queue.

import type { DeadLetterEntry } from './dead-letter-entry.ts'
import { LetterChain, type LetterPlace } from './letter-chain.ts'
import { nameOf } from './letter-name.ts'
import { jsonOf, type LetterRecord, letterOf } from './letter-record.ts'
import { type Resolution, resolutionOf } from './resolution-record.ts'

/** So much of a message is kept for lists: a queue may be long, and all of it is in memory. In UTF-16 units. */
const longestMessage = 500

/** So many entries are kept that somebody has done something about; those that were dealt with first make room. */
export const mostResolved = 10_000

/** Of so many objects it is kept what became of their letters before there is one; those told of first make room. */
export const mostAwaited = 10_000

/**
 * Takes the records of each partition in their order, any of them any number of times; what is neither a letter nor
 * says what became of one is passed over. Memory: an entry, without its event and its stack, of each open letter, and
 * of at most `mostResolved` others; and what became of the letters of `mostAwaited` objects that have none.
 */
export class DeadLetterFold {
  /** By id, in the order in which they were read. */
  readonly #entries = new Map<string, DeadLetterEntry>()
  /** By the name of their object or record. */
  readonly #chains = new Map<string, LetterChain>()
  /** Ids of the entries that are not open, in the order in which they were dealt with. */
  readonly #resolved = new Set<string>()
  /** Names of the chains without a letter. */
  readonly #awaited = new Set<string>()

  take(record: LetterRecord): void {
    const place = { partition: record.partition, offset: Number(record.offset) }
    const json = jsonOf(record)
    const letter = letterOf(record, json)
    if (letter !== undefined) {
      const { stack: _, event: __, ...entry } = letter
      return this.#add({ ...entry, message: cut(entry.message) }, place)
    }
    const resolution = resolutionOf(json)
    if (resolution !== undefined) this.#tell(resolution, place)
  }

  entries(): Iterable<DeadLetterEntry> {
    return this.#entries.values()
  }

  get(id: string): DeadLetterEntry | undefined {
    return this.#entries.get(id)
  }

  /** The topic does not hold its letter any more. */
  forget(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    const name = nameOf(entry)
    const chain = this.#chainOf(name)
    chain.forget(id)
    if (chain.isEmpty) this.#chains.delete(name)
    this.#entries.delete(id)
    this.#resolved.delete(id)
  }

  #add(entry: DeadLetterEntry, place: LetterPlace): void {
    const name = nameOf(entry)
    const chain = this.#chainOf(name)
    chain.add(entry, place)
    this.#awaited.delete(name)
    this.#settle(chain)
    const before = entry.kind === 'record' ? this.get(entry.retryOf ?? '') : undefined
    if (before?.kind !== 'record') return
    const sentAgain = this.#chainOf(nameOf(before))
    sentAgain.cameBackAs(entry.id)
    this.#settle(sentAgain)
  }

  // It is also told of objects that never have a letter; a rerun says of all it loads.
  #tell(resolution: Resolution, place: LetterPlace): void {
    const { name, state } = resolution
    if (state === 'reloaded' && this.#chains.get(name)?.isEmpty !== false) return
    const chain = this.#chainOf(name)
    chain.tell(resolution, place)
    if (!chain.isEmpty) return this.#settle(chain)
    this.#awaited.add(name)
    const [first = ''] = this.#awaited
    if (this.#awaited.size <= mostAwaited) return
    this.#awaited.delete(first)
    this.#chains.delete(first)
  }

  #chainOf(name: string): LetterChain {
    const chain = this.#chains.get(name) ?? new LetterChain()
    this.#chains.set(name, chain)
    return chain
  }

  #settle(chain: LetterChain): void {
    for (const entry of chain.entries()) {
      const before = this.#entries.get(entry.id)
      this.#entries.set(entry.id, entry)
      const isNew = before?.state !== entry.state || before.resolved !== entry.resolved
      if (isNew) this.#resolved.delete(entry.id)
      if (isNew && entry.state !== 'open') this.#resolved.add(entry.id)
    }
    const [oldest] = this.#resolved
    if (this.#resolved.size > mostResolved && oldest !== undefined) this.forget(oldest)
  }
}

function cut(text: string): string {
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}…`
}
