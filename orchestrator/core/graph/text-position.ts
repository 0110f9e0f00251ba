// Lines and columns in JSON text: only computed once there is a fault, so that reading files stays one JSON.parse.

import { createScanner, type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser'

export interface TextPosition {
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number
}

export interface SyntaxPosition extends TextPosition {
  readonly reason: string
  readonly hint: string
}

class Found extends Error {
  readonly code: ParseErrorCode
  readonly offset: number
  constructor(code: ParseErrorCode, offset: number) {
    super('found')
    this.code = code
    this.offset = offset
  }
}

/** What is wrong and what to do, by the scanner's name of the error. */
const explanations: Readonly<Record<string, readonly [string, string]>> = {
  InvalidSymbol: [
    'a word that is no JSON',
    'put text in double quotes; only true, false and null stand bare',
  ],
  InvalidNumberFormat: [
    'a number that is no JSON',
    'write numbers like 12, -3 or 0.5, or put them in double quotes',
  ],
  PropertyNameExpected: [
    'a field name in double quotes is expected',
    'quote the name, or remove the comma before a closing }',
  ],
  ValueExpected: ['a value is expected', 'write a value, or remove the comma before a closing ]'],
  ColonExpected: ['a colon is expected', 'write "name": value'],
  CommaExpected: ['a comma is expected', 'separate fields and entries by a comma'],
  CloseBraceExpected: ['a closing } is expected', 'the file may be cut off; close every {'],
  CloseBracketExpected: ['a closing ] is expected', 'the file may be cut off; close every ['],
  EndOfFileExpected: [
    'there is more text after the end',
    'remove what follows, or put all objects into one list',
  ],
  InvalidCommentToken: ['comments are not JSON', 'remove the comment'],
  UnexpectedEndOfComment: ['comments are not JSON', 'remove the comment'],
  UnexpectedEndOfString: [
    'text without closing quotes',
    'close the text with a double quote on the same line',
  ],
  UnexpectedEndOfNumber: ['a number that is cut off', 'finish the number'],
  InvalidUnicode: ['an unfinished \\u escape', 'write four hexadecimal digits after \\u'],
  InvalidEscapeCharacter: ['an unknown escape', 'write \\\\ for a backslash, as in Windows paths'],
  InvalidCharacter: ['a control character inside text', 'write \\n or \\t, or remove the character'],
}

/** Where `text`, which JSON.parse refused with `error`, first breaks the rules of JSON, and what is wrong there. */
export function syntaxErrorAt(text: string, error: unknown): SyntaxPosition {
  const found = firstError(text)
  if (found !== undefined) {
    const [reason, hint] = hasLeadingZero(text, found.offset)
      ? ['a number with a leading zero', 'write it without the zero, or put it in double quotes']
      : (explanations[printParseErrorCode(found.code)] ?? [
          'unexpected text',
          'compare with the lines around it',
        ])
    return { ...positionAt(text, found.offset), reason, hint }
  }
  // Only reached on text nested thousands deep, where the visitor's recursion gives up.
  const message = error instanceof Error ? error.message : String(error)
  return { ...positionAt(text, firstBreak(text)), reason: message, hint: 'compare with the lines around it' }
}

/** The scanner takes the zero of 01001 as a number of its own, and misses a comma behind it. */
function hasLeadingZero(text: string, offset: number): boolean {
  return /\d/.test(text[offset] ?? '') && /(^|[^\w.])0$/.test(text.slice(Math.max(0, offset - 2), offset))
}

/** The length of the longest beginning of `text` that some JSON text begins with, by asking JSON.parse (which does not recurse). */
function firstBreak(text: string): number {
  let [good, bad] = [0, text.length + 1]
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isBeginning(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const position = /position (\d+)/.exec(message)?.[1]
    return position === undefined ? /end of JSON/.test(message) : Number(position) >= text.length
  }
}

function firstError(text: string): { code: ParseErrorCode; offset: number } | undefined {
  try {
    visit(
      text,
      {
        onError: (code, offset) => {
          throw new Found(code, offset)
        },
      },
      { disallowComments: true, allowTrailingComma: false },
    )
  } catch (error) {
    // A RangeError is the visitor's recursion on text nested thousands deep.
    if (error instanceof Found) return error
    if (!(error instanceof RangeError)) throw error
  }
  return undefined
}

/** The line and column of an offset. */
export function positionAt(text: string, offset: number): TextPosition {
  return positionsIn(text)(offset)
}

/** Looks up many offsets of one text: its line ends are searched once. */
export function positionsIn(text: string): (offset: number) => TextPosition {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 }
  }
}

/** A place inside an entry of a JSON array: the value at `path`, or as much of the path as there is. */
export interface WantedPlace {
  readonly entry: number
  readonly path: readonly (string | number)[]
}

/**
 * The offsets in `text` of the wanted values, in their order: one pass over the tokens without recursion,
 * however deep the text is nested. `text` is JSON: an array of entries, or one entry when `isEntry`.
 * Of a field that is there twice the last counts, as for JSON.parse.
 */
export function offsetsOf(text: string, wanted: readonly WantedPlace[], isEntry = false): readonly number[] {
  const trie = trieOf(wanted, isEntry)
  const offsets = new Map<Node, number>()
  walk(text, trie, offsets)
  return wanted.map((place) => {
    let offset = 0
    let node: Node | undefined = trie
    for (const step of isEntry ? place.path : [place.entry, ...place.path]) {
      node = node?.next.get(String(step))
      if (node === undefined) break
      offset = offsets.get(node) ?? offset
    }
    return offset
  })
}

interface Node {
  readonly next: Map<string, Node>
}

function trieOf(wanted: readonly WantedPlace[], isEntry: boolean): Node {
  const root: Node = { next: new Map() }
  for (const place of wanted) {
    let node = root
    for (const step of isEntry ? place.path : [place.entry, ...place.path]) {
      const key = String(step)
      const next: Node = node.next.get(key) ?? { next: new Map() }
      node.next.set(key, next)
      node = next
    }
  }
  return root
}

interface Level {
  readonly isArray: boolean
  readonly node: Node | undefined
  index: number
  /** The last property name seen, until its value begins. */
  name: string | undefined
}

function walk(text: string, root: Node, offsets: Map<Node, number>): void {
  const scanner = createScanner(text, true)
  const open: Level[] = []
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const offset = scanner.getTokenOffset()
    const mark = text[offset]
    const level = open.at(-1)
    if (mark === '}' || mark === ']') open.pop()
    else if (mark === ',') advance(level)
    else if (mark === ':') continue
    else if (level !== undefined && !level.isArray && level.name === undefined)
      level.name = scanner.getTokenValue()
    else {
      const node = level === undefined ? root : level.node?.next.get(stepOf(level))
      if (node !== undefined) offsets.set(node, offset)
      if (mark === '{' || mark === '[') open.push({ isArray: mark === '[', node, index: 0, name: undefined })
    }
  }
}

function advance(level: Level | undefined): void {
  if (level === undefined) return
  level.index++
  level.name = undefined
}

function stepOf(level: Level): string {
  return level.isArray ? String(level.index) : (level.name ?? '')
}
