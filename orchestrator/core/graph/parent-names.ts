// Which objects a definition names as its parents, in all the ways people write that.

import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'
import { objectIdOf } from '../../../shared/base/object-id.ts'
import { type Complaint, printed } from './definition-fields.ts'
import { readLink } from './link-fields.ts'
import type { LinkPolicy } from './link-policy.ts'

/** What a word can mean: the number of an object with that identity or `id` field, several of them, or none. */
export type Meaning = number | 'several' | undefined

/** Knows the objects, and takes each parent as it is written. */
export interface ParentReader {
  meaningOf(word: string): Meaning
  /** The same for a whole number from 0 on of at most 15 digits. */
  meaningOfNumber(number: number): Meaning
  found(object: number, word: string | number): void
  unknown(word: string): void
  complain(complaint: Complaint): void
  /** Which element of a list is read next; undefined: it is no list. */
  element: number | undefined
  /** The field of a link written as an object that holds the words which are read. */
  member: string | undefined
  /** What the links that are found next are, if not simply required. */
  policy: LinkPolicy | undefined
}

/** Words that export tools write where there is nothing. */
const nothings = /^(null|none|nan|n\/a|-)$/i

/**
 * Reads `IdObjet_Parent`: null, a number, a list, or text with commas, semicolons and blanks; a link that is not
 * simply required is an object. A word that is known as it stands is taken so; else digits are picked out of the
 * noise around them, with a warning.
 */
export function readParents(given: Json, reader: ParentReader): void {
  reader.element = undefined
  if (!Array.isArray(given)) return readOne(given, reader)
  const list = given as readonly Json[]
  for (let at = 0; at < list.length; at++) {
    reader.element = at
    readOne(list[at] as Json, reader)
  }
}

function readOne(given: Json, reader: ParentReader): void {
  if (given === null) return
  if (typeof given === 'number') readNumber(given, reader)
  else if (typeof given === 'string') readText(given, reader)
  else if (isJsonObject(given)) readLinkObject(given, reader)
  else badParent(given, reader)
}

function readLinkObject(given: JsonObject, reader: ParentReader): void {
  const link = readLink(given, (at, message, hint) =>
    reader.complain({ code: 'BAD_POLICY', field: 'parents', at, message, hint }),
  )
  if (link === undefined) return
  reader.member = link.member
  reader.policy = link.policy
  readOne(link.id, reader)
  reader.member = undefined
  reader.policy = undefined
}

function badParent(given: Json, reader: ParentReader): void {
  const isUnsafe = typeof given === 'number' && Number.isInteger(given) && given > 0
  reader.complain({
    code: 'BAD_TYPE',
    field: 'parents',
    message: isUnsafe
      ? `the parent ${given} is too large to be an exact number`
      : `a parent is ${printed(given)}`,
    hint: isUnsafe
      ? 'write it in double quotes, so that no digit is lost'
      : 'write the ids of the parents: 2001, "2001", "2001,2002" or [2001, 2002]; null for none',
  })
}

/** Numbers above have more digits than the reader takes. */
const largestNumber = 1e15

function readNumber(given: number, reader: ParentReader): void {
  if (!Number.isSafeInteger(given) || given < 0) badParent(given, reader)
  else if (given < largestNumber) takeNumber(given, reader)
  else take(String(given), reader)
}

function takeNumber(number: number, reader: ParentReader): void {
  const meaning = reader.meaningOfNumber(number)
  if (typeof meaning === 'number') reader.found(meaning, number)
  else take(String(number), reader)
}

/** Ids of digits between separators, as most are, are read without making a string of each. */
function readText(text: string, reader: ParentReader): void {
  if (!isPlain(text)) return readWords(text, reader)
  let number = -1
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit >= 0 && digit <= 9) number = Math.max(number, 0) * 10 + digit
    else if (number >= 0 && !isBlank(text, at)) {
      takeNumber(number, reader)
      number = -1
    }
  }
}

/** Whether there are only digits, at most 15 a word, separators, and blanks beside separators. */
function isPlain(text: string): boolean {
  let digits = 0
  let isAfterBlank = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) {
      if ((isAfterBlank && digits > 0) || ++digits > 15) return false
      isAfterBlank = false
    } else if (code === 0x2c || code === 0x3b) {
      digits = 0
    } else if (isBlank(text, at)) isAfterBlank = true
    else return false
  }
  return true
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}

function readWords(text: string, reader: ParentReader): void {
  for (const part of text.split(/[,;]/)) {
    const word = part.trim()
    if (word !== '') readWord(word, reader)
  }
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text)
}

function take(word: string, reader: ParentReader): void {
  const meaning = reader.meaningOf(word)
  if (meaning === undefined) reader.unknown(word)
  else if (meaning === 'several') ambiguous(word, `several objects have ${word} as their id field`, reader)
  else reader.found(meaning, word)
}

function readWord(word: string, reader: ParentReader): void {
  const id = objectIdOf(word) ?? word
  if (isDigits(id) || reader.meaningOf(id) !== undefined) return take(id, reader)
  const pieces = word.split(/\s+/)
  if (
    pieces.length > 1 &&
    pieces.every((piece) => reader.meaningOf(objectIdOf(piece) ?? piece) !== undefined)
  ) {
    for (const piece of pieces) take(objectIdOf(piece) ?? piece, reader)
    return
  }
  if (pieces.filter((piece) => /\d/.test(piece)).length > 1) {
    for (const piece of pieces) {
      if (/\d/.test(piece)) readWord(piece, reader)
      else noisy(piece, 'nothing', reader)
    }
    return
  }
  readNoise(word, reader)
}

function readNoise(word: string, reader: ParentReader): void {
  if (nothings.test(word)) return noisy(word, 'no parent', reader)
  // Spreadsheets write 2003 as 2003.0.
  const digits = word.replace(/(\d)\.0+(?!\d)/g, '$1').match(/\d+/g) ?? []
  const ids = [...new Set(digits.map((group) => objectIdOf(group) as string))]
  const [id] = ids
  if (id === undefined) return reader.unknown(word)
  if (ids.length > 1) return ambiguous(word, `"${word}" could mean ${ids.join(' or ')}`, reader)
  // Where the number leads nowhere, the word is more likely a misspelt name.
  if (reader.meaningOf(id) === undefined) return reader.unknown(word)
  noisy(word, id, reader)
  take(id, reader)
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
