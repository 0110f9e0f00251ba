// Which objects a definition names as its parents, in all the ways people write that.

import type { Json } from '../../../shared/base/json.ts'
import { objectIdOf } from '../../../shared/base/object-id.ts'
import type { Complain } from './definition-fields.ts'
import { printed } from './definition-fields.ts'

/** What a word can mean: the number of an entry with that identity or `id` field, several of them, or none. */
export type Lookup = (word: string) => number | 'several' | undefined

/** Takes each parent as it is written; `path` leads from the parents field to it. */
export interface ParentReader {
  found(entry: number, word: string): void
  unknown(word: string): void
  complain: Complain
}

/** Words that export tools write where there is nothing. */
const nothings = /^(null|none|nan|n\/a|-)$/i

/**
 * Reads `IdObjet_Parent`: null, a number, a list, or text with commas, semicolons and blanks. A word that is
 * known as it stands is taken so; else digits are picked out of the noise around them, with a warning.
 */
export function readParents(given: Json | undefined, lookup: Lookup, reader: ParentReader): void {
  if (given === null || given === undefined) return
  if (typeof given === 'number') readNumber(given, lookup, reader)
  else if (typeof given === 'string') readText(given, lookup, reader)
  else if (Array.isArray(given)) {
    for (const element of given as readonly Json[]) {
      if (Array.isArray(element)) badParent(element, reader)
      else readParents(element, lookup, reader)
    }
  } else badParent(given, reader)
}

function badParent(given: Json, reader: ParentReader): void {
  reader.complain({
    code: 'BAD_TYPE',
    field: 'parents',
    message: `a parent is ${printed(given)}`,
    hint: 'write the ids of the parents: 2001, "2001", "2001,2002" or [2001, 2002]; null for none',
  })
}

function readNumber(given: number, lookup: Lookup, reader: ParentReader): void {
  const id = objectIdOf(given)
  if (id === undefined) badParent(given, reader)
  else take(id, lookup, reader)
}

function readText(text: string, lookup: Lookup, reader: ParentReader): void {
  if (isDigits(text)) return take(objectIdOf(text) as string, lookup, reader)
  for (const part of text.split(/[,;]/)) {
    const word = part.trim()
    if (word !== '') readWord(word, lookup, reader)
  }
}

function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return text !== ''
}

function take(word: string, lookup: Lookup, reader: ParentReader): void {
  const entry = lookup(word)
  if (entry === undefined) reader.unknown(word)
  else if (entry === 'several') ambiguous(word, `several objects have ${word} as their id field`, reader)
  else reader.found(entry, word)
}

function readWord(word: string, lookup: Lookup, reader: ParentReader): void {
  const id = objectIdOf(word) ?? word
  if (isDigits(id) || lookup(id) !== undefined) return take(id, lookup, reader)
  const pieces = word.split(/\s+/)
  if (pieces.length > 1 && pieces.every((piece) => lookup(objectIdOf(piece) ?? piece) !== undefined)) {
    for (const piece of pieces) take(objectIdOf(piece) ?? piece, lookup, reader)
    return
  }
  if (pieces.filter((piece) => /\d/.test(piece)).length > 1) {
    for (const piece of pieces) {
      if (/\d/.test(piece)) readWord(piece, lookup, reader)
      else noisy(piece, 'nothing', reader)
    }
    return
  }
  readNoise(word, lookup, reader)
}

function readNoise(word: string, lookup: Lookup, reader: ParentReader): void {
  if (nothings.test(word)) return noisy(word, 'no parent', reader)
  // Spreadsheets write 2003 as 2003.0.
  const digits = word.replace(/(\d)\.0+(?!\d)/g, '$1').match(/\d+/g) ?? []
  const ids = [...new Set(digits.map((group) => objectIdOf(group) as string))]
  const [id] = ids
  if (id === undefined) return reader.unknown(word)
  if (ids.length > 1) return ambiguous(word, `"${word}" could mean ${ids.join(' or ')}`, reader)
  // Where the number leads nowhere, the word is more likely a misspelt name.
  if (lookup(id) === undefined) return reader.unknown(word)
  noisy(word, id, reader)
  take(id, lookup, reader)
}

function noisy(word: string, meaning: string, reader: ParentReader): void {
  const message = `"${word}" is read as ${meaning}`
  const hint = meaning === 'no parent' ? 'write null' : 'write the ids alone, separated by commas'
  reader.complain({ code: 'NOISY_PARENT', severity: 'warning', field: 'parents', message, hint })
}

function ambiguous(word: string, message: string, reader: ParentReader): void {
  const hint = `replace ${word} by the identity (IdObjet) of the object that is meant`
  reader.complain({ code: 'AMBIGUOUS_PARENT', field: 'parents', message, hint })
}
