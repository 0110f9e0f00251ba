// How one log entry looks: JSON for machines, an aligned line for people.

import type { Json } from '../../base/json.ts'
import type { LogLevel } from '../../ports/logger.ts'

export interface LogEntry {
  readonly ts: string
  readonly level: LogLevel
  readonly message: string
  /** Fields of the line, made fit by `logValueWith`. */
  readonly fields: Readonly<Record<string, Json | undefined>>
}

const reserved = new Set(['ts', 'level', 'message'])
const colours: Record<LogLevel, number> = { error: 31, warn: 33, info: 32, debug: 36 }
const dim = 2

/** One JSON object on one line; a field that would hide `ts`, `level` or `message` gets a `_` behind its name. */
export function jsonLine(entry: LogEntry): string {
  const line: Record<string, Json | undefined> = { ts: entry.ts, level: entry.level, message: entry.message }
  for (const [name, value] of Object.entries(entry.fields))
    line[reserved.has(name) ? `${name}_` : name] = value
  return JSON.stringify(line)
}

/** `08:00:01.234 INFO  message  name=value`, with the stack of an error on lines of its own. */
export function prettyLine(entry: LogEntry, coloured: boolean): string {
  const paint = (code: number, text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const time = paint(dim, entry.ts.slice(11, 23))
  const level = paint(colours[entry.level], entry.level.toUpperCase().padEnd(5))
  const head = `${time} ${level} ${printable(entry.message)}`
  const fields = Object.entries(entry.fields).filter(([, value]) => value !== undefined)
  const shown = fields.map(([name, value]) => `${paint(dim, `${name}=`)}${textOf(value)}`)
  const stacks = fields.map(([, value]) => stackOf(value)).filter((stack) => stack !== undefined)
  return [[head, ...shown].join('  ').trimEnd(), ...stacks.map((stack) => paint(dim, stack))].join('\n')
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? printable(value) : JSON.stringify(value)
  const message = errorMessageOf(value)
  return message === undefined ? JSON.stringify(value) : JSON.stringify(message)
}

/** Control characters would let a data file move a terminal's cursor. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
}

function errorMessageOf(value: Json | undefined): string | undefined {
  return stackOf(value) === undefined ? undefined : String((value as { message?: Json }).message)
}

function stackOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const stack = (value as { stack?: Json }).stack
  return typeof stack === 'string' ? printable(stack.replace(/^/gm, '    ')) : undefined
}
