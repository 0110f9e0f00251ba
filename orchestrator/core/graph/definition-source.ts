// The entries of definition files: one JSON.parse a file, and no positions until a fault asks for them.

import type { Json } from '../../../shared/base/json.ts'
import type { DefinitionFault } from './definition-fault.ts'
import { syntaxErrorAt, type TextPosition } from './text-position.ts'

export interface DefinitionFile {
  readonly file: string
  readonly text: string
  /** Why there is no text to parse; reported as FILE_UNREADABLE. */
  readonly unreadable?: TextPosition & { readonly message: string; readonly hint: string }
}

/** What one file held. Entry `i` of it is entry `firstEntry + i` of all files. */
export interface DefinitionSource {
  readonly file: string
  /** `array`: a JSON array; `lines`: NDJSON; `request`: the field `objects` of `text`, parsed by somebody else; without text there are no places. */
  readonly kind: 'array' | 'lines' | 'request'
  readonly text: string
  readonly values: readonly Json[]
  readonly firstEntry: number
  /** Offsets of the entries in `text`, for `lines` only. */
  readonly offsets: readonly number[]
}

export interface Definitions {
  readonly sources: readonly DefinitionSource[]
  readonly entries: number
  readonly faults: readonly DefinitionFault[]
  /** Files that hold text nobody could read: ids may stand in them. */
  readonly unread: readonly DefinitionFile[]
}

interface Reading {
  readonly kind: 'array' | 'lines'
  readonly values: readonly Json[]
  readonly offsets: readonly number[]
  readonly faults: readonly DefinitionFault[]
}

/** Reads JSON arrays and NDJSON, with or without a byte order mark. A file that is no JSON gives SYNTAX, once a file or line. */
export function parseDefinitions(files: readonly DefinitionFile[]): Definitions {
  const sources: DefinitionSource[] = []
  const faults: DefinitionFault[] = []
  const unread: DefinitionFile[] = []
  let entries = 0
  for (const { file, text: given, unreadable } of files) {
    const text = given.startsWith('\ufeff') ? given.slice(1) : given
    const reading = unreadable === undefined ? read(file, text) : nothing(unreadableFault(file, unreadable))
    for (const fault of reading.faults) faults.push(fault)
    if (reading.faults.some(({ severity }) => severity === 'error')) unread.push({ file, text })
    sources.push({ file, text, kind: reading.kind, ...pick(reading), firstEntry: entries })
    entries += reading.values.length
  }
  return { sources, entries, faults, unread }
}

/** Definitions that were parsed elsewhere, such as the `objects` of an HTTP body, whose `text` may be given. */
export function definitionsOf(values: readonly Json[], text = '', file = 'request'): Definitions {
  const source: DefinitionSource = { file, kind: 'request', text, values, firstEntry: 0, offsets: [] }
  return { sources: [source], entries: values.length, faults: [], unread: [] }
}

function pick({ values, offsets }: Reading) {
  return { values, offsets }
}

function read(file: string, text: string): Reading {
  const start = text.search(/\S/)
  if (start < 0) return nothing(emptyFault(file))
  if (text[start] === '{') return readLines(file, text)
  let value: Json
  try {
    value = JSON.parse(text)
  } catch (error) {
    return nothing(syntaxFault(file, text, error))
  }
  if (!Array.isArray(value)) return nothing(noListFault(file, text, start, value))
  return { kind: 'array', values: value, offsets: [], faults: [] }
}

function readLines(file: string, text: string): Reading {
  const values: Json[] = []
  const offsets: number[] = []
  const faults: DefinitionFault[] = []
  let line = 0
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from)
    const end = newline < 0 ? text.length : newline
    const part = text.slice(from, end)
    line++
    if (part.trim() !== '') {
      try {
        values.push(JSON.parse(part))
        offsets.push(from)
      } catch (error) {
        if (values.length === 0 && faults.length === 0 && isOneObject(text))
          return nothing(oneObjectFault(file))
        faults.push(syntaxFault(file, part, error, line))
      }
    }
    from = end + 1
  }
  return { kind: 'lines', values, offsets, faults }
}

function isOneObject(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function nothing(fault: DefinitionFault): Reading {
  return { kind: 'array', values: [], offsets: [], faults: [fault] }
}

function syntaxFault(file: string, text: string, error: unknown, line = 1): DefinitionFault {
  const place = syntaxErrorAt(text, error)
  return {
    code: 'SYNTAX',
    severity: 'error',
    file,
    line: place.line + line - 1,
    column: place.column,
    pointer: '',
    message: `not valid JSON: ${place.reason}`,
    hint: place.hint,
  }
}

const listHint = 'write a list: [ {…}, {…} ], or one object on each line (NDJSON)'

function oneObjectFault(file: string): DefinitionFault {
  const message = 'the file is one object, not a list of objects'
  return { ...atStart(file), code: 'BAD_TYPE', severity: 'error', message, hint: listHint }
}

function noListFault(file: string, text: string, start: number, value: Json): DefinitionFault {
  const before = text.slice(0, start).split('\n')
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  const message = `the file is ${nameOf(value)}, not a list of objects`
  return { ...atStart(file), ...place, code: 'BAD_TYPE', severity: 'error', message, hint: listHint }
}

function unreadableFault(file: string, why: NonNullable<DefinitionFile['unreadable']>): DefinitionFault {
  return { ...atStart(file), code: 'FILE_UNREADABLE', severity: 'error', ...why }
}

function emptyFault(file: string): DefinitionFault {
  const message = 'the file is empty'
  return { ...atStart(file), code: 'NO_OBJECTS', severity: 'warning', message, hint: listHint }
}

function atStart(file: string) {
  return { file, line: 1, column: 1, pointer: '' }
}

/** What kind of JSON a value is, in words. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'boolean' ? `the boolean ${value}` : `a ${typeof value}`
}
