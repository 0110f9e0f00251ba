// The letters of one object of a run, or of one record, and what became of each: in whatever order these are read.

import { at } from '../../../shared/base/assert.ts'
import type { DeadLetterEntry, EarlierResolution, LetterResolved } from './dead-letter-entry.ts'
import type { Resolution } from './resolution-record.ts'

/** Where a record stands in the topic. */
export interface LetterPlace {
  readonly partition: number
  readonly offset: number
}

type End = Pick<DeadLetterEntry, 'state' | 'resolved' | 'resolvedBefore'>
type Placed = Pick<Resolution, 'state' | 'resolved'> & { readonly place: LetterPlace }

/**
 * An object has a letter of each attempt that failed for good; a record has one. Whoever reads a topic that was given
 * more partitions may find what became of a letter before the letter: the commit tells what belongs to which.
 */
export class LetterChain {
  /** The earliest attempt first. */
  readonly #letters: { entry: DeadLetterEntry; readonly place: LetterPlace }[] = []
  /** The latest commit first. */
  #told: Placed[] = []
  /** What the last rerun says that has loaded the object. */
  #reload: Resolution | undefined
  /** Of a record that was sent again: the id of the letter that it came back as. */
  #cameBackAs: string | undefined

  get isEmpty(): boolean {
    return this.#letters.length === 0
  }

  // A letter may be stored twice: the first one counts. What Redis lost is decided anew, perhaps in fewer commits: then
  // what comes behind it must count too.
  add(entry: DeadLetterEntry, place: LetterPlace): void {
    const known = this.#letters.find(({ entry: { attempts } }) => attempts === entry.attempts)
    if (known === undefined) {
      this.#letters.push({ entry, place })
      this.#letters.sort((a, b) => a.entry.attempts - b.entry.attempts)
    } else if (known.entry.version > entry.version) known.entry = { ...known.entry, version: entry.version }
  }

  /** The same may be told twice: a commit has its number, and what became of a record, which has none, its instant. */
  tell(resolution: Resolution, place: LetterPlace): void {
    const { state, resolved } = resolution
    if (state === 'reloaded') {
      if (resolved.atMs >= (this.#reload?.resolved.atMs ?? 0)) this.#reload = resolution
      return
    }
    this.#told = this.#told.filter((told) => !isSame(told.resolved, resolved))
    this.#told.unshift({ state, resolved, place })
    this.#told.sort((a, b) => b.resolved.version - a.resolved.version)
  }

  cameBackAs(id: string): void {
    this.#cameBackAs = id
  }

  /** The letter after it goes on saying of which it is, and since when the object fails. */
  forget(id: string): void {
    const index = this.#letters.findIndex(({ entry }) => entry.id === id)
    const [gone] = index < 0 ? [] : this.#letters.splice(index, 1)
    const next = this.#letters[index]
    if (gone !== undefined && next !== undefined) next.entry = behind(next.entry, gone.entry)
    const [oldest] = this.#letters
    this.#told = this.#told.filter(({ resolved }) => resolved.version >= (oldest?.entry.version ?? 0))
  }

  /** The earliest attempt first, each with what became of it. */
  entries(): readonly DeadLetterEntry[] {
    const ends = this.#ends()
    let before: DeadLetterEntry | undefined
    return this.#letters.map(({ entry }, index) => {
      const retriedAs = this.#letters[index + 1]?.entry.id ?? this.#cameBackAs
      const end = ends[index]
      before = { ...behind(entry, before), ...end, retriedAs }
      return before
    })
  }

  /** The end of the newest letter, when nobody has seen to it in its run. */
  #unattended({ lastAtMs = Number.POSITIVE_INFINITY }: DeadLetterEntry): Omit<End, 'resolvedBefore'> {
    const isReloaded = this.#reload !== undefined && lastAtMs <= this.#reload.resolved.atMs
    return {
      state: isReloaded ? 'reloaded' : 'open',
      resolved: isReloaded ? this.#reload?.resolved : undefined,
    }
  }

  // A later letter says that the object was tried again, also when nothing says by whom.
  #ends(): readonly End[] {
    const ends: End[] = []
    let next = 0
    for (let index = this.#letters.length - 1; index >= 0; index--) {
      const { entry, place } = at(this.#letters, index)
      const done: EarlierResolution[] = []
      for (; (this.#told[next]?.resolved.version ?? -1) >= entry.version; next++) {
        const told = at(this.#told, next)
        if (!isBefore(told.place, place)) done.unshift({ state: told.state, resolved: told.resolved })
      }
      const last = done.pop()
      const isNewest = index === this.#letters.length - 1
      const { state, resolved } = last ?? (isNewest ? this.#unattended(entry) : retriedBySomebody)
      ends.unshift({ state, resolved, resolvedBefore: done })
    }
    return ends
  }
}

const retriedBySomebody: Omit<End, 'resolvedBefore'> = { state: 'retried', resolved: undefined }

function isSame(told: LetterResolved, { version, atMs }: LetterResolved): boolean {
  return told.version === version && (version > 0 || told.atMs === atMs)
}

// What Redis lost and is decided anew in fewer commits may be behind what was said of a commit with a greater number.
function isBefore(told: LetterPlace, letter: LetterPlace): boolean {
  return told.partition === letter.partition && told.offset < letter.offset
}

function behind(entry: DeadLetterEntry, before: DeadLetterEntry | undefined): DeadLetterEntry {
  if (before === undefined) return entry
  const firstAtMs = Math.min(
    before.firstAtMs ?? Number.POSITIVE_INFINITY,
    entry.firstAtMs ?? Number.POSITIVE_INFINITY,
  )
  return { ...entry, retryOf: before.id, firstAtMs: Number.isFinite(firstAtMs) ? firstAtMs : undefined }
}
