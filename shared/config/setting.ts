// One environment variable as convict knows it, and the kinds of values a variable can have.

import type { FormatName } from './formats.ts'
import type { SpanRange } from './span-range.ts'

/** A node of a convict schema. `Value` is what the program gets. */
export interface Setting<Value> {
  readonly env: string
  readonly doc: string
  readonly default: Value
  readonly format: FormatName
  /** What may be given, in words: for messages and the generated table. */
  readonly allowed: string
  /** How the default is written in the environment; empty when there is none. */
  readonly defaultText: string
  readonly sensitive?: boolean
  readonly min?: number
  readonly max?: number
  readonly options?: readonly string[]
  readonly pattern?: string
}

export type Settings<Group> = { readonly [Name in keyof Group]-?: Setting<Group[Name]> }

/** A program's whole schema: groups of settings. */
export type ProgramSchema<Config> = { readonly [Group in keyof Config]-?: Settings<Config[Group]> }

interface Named {
  readonly env: string
  readonly doc: string
}

interface Bounds {
  readonly min: number
  readonly max: number
}

const textOf = (value: unknown) => (value === undefined ? '' : String(value))

export function whole(named: Named, given: Bounds & { readonly default: number }): Setting<number> {
  const allowed = `a whole number from ${given.min} to ${given.max}`
  return { ...named, ...given, format: 'whole-number', allowed, defaultText: textOf(given.default) }
}

export function decimal(named: Named, given: Bounds & { readonly default: number }): Setting<number> {
  const allowed = `a number from ${given.min} to ${given.max}`
  return { ...named, ...given, format: 'decimal-number', allowed, defaultText: textOf(given.default) }
}

/** Given in seconds (fractions too), handed over in milliseconds. The bounds are seconds. */
export function seconds(named: Named, given: Bounds & { readonly default: number }): Setting<number> {
  const allowed = `seconds from ${given.min} to ${given.max}`
  const bounds = { min: given.min * 1000, max: given.max * 1000, default: given.default * 1000 }
  return { ...named, ...bounds, format: 'seconds', allowed, defaultText: textOf(given.default) }
}

/** Seconds or a range of them (`0.5-2`), handed over in milliseconds. */
export function secondsRange(named: Named, from: number, to: number): Setting<SpanRange> {
  const allowed = 'seconds, or a range of seconds as 0.5-2'
  const range = { minMs: from * 1000, maxMs: to * 1000 }
  return { ...named, default: range, format: 'seconds-range', allowed, defaultText: `${from}-${to}` }
}

export function flag(named: Named, given: boolean): Setting<boolean> {
  const allowed = 'true or false (also 1, 0, yes, no, on, off)'
  return { ...named, default: given, format: 'flag', allowed, defaultText: textOf(given) }
}

/** A text, as `pattern` says; what may be given is said in `allowed`. */
export function text<Value extends string | undefined>(
  named: Named,
  given: { readonly default: Value; readonly allowed: string; readonly pattern?: string },
): Setting<Value> {
  return { ...named, ...given, format: 'plain-text', defaultText: textOf(given.default) }
}

/** A text that never appears in a message, a log line or a table. */
export function secret(named: Named, allowed: string, pattern?: string): Setting<string | undefined> {
  const matched = pattern === undefined ? {} : { pattern }
  return {
    ...named,
    ...matched,
    default: undefined,
    format: 'secret',
    allowed,
    defaultText: '',
    sensitive: true,
  }
}

/** One of a few words, in any case. */
export function choice<Option extends string, Value extends Option | undefined>(
  named: Named,
  options: readonly Option[],
  given: Value,
): Setting<Option | Value> {
  const allowed = options.join(', ')
  return { ...named, options, default: given, format: 'one-of', allowed, defaultText: textOf(given) }
}

/** Texts with commas between them; each as `pattern` says. */
export function list(
  named: Named,
  given: { readonly default: readonly string[]; readonly allowed: string; readonly pattern: string },
): Setting<readonly string[]> {
  return { ...named, ...given, format: 'comma-list', defaultText: given.default.join(',') }
}

/** A cron expression that fires at least once. */
export function cron(named: Named): Setting<string | undefined> {
  const allowed = 'a cron expression of five or six fields that fires at least once, as 0 8 * * *'
  return { ...named, default: undefined, format: 'cron-expression', allowed, defaultText: '' }
}

export function timeZone(named: Named): Setting<string | undefined> {
  const allowed = 'a time zone by its IANA name, as Europe/Madrid'
  return { ...named, default: undefined, format: 'time-zone', allowed, defaultText: '' }
}

/** A URL of one of the protocols (`http:`). With `sensitive` its value is never shown, for it may hold a password. */
export function url(
  named: Named,
  protocols: readonly string[],
  kind: { readonly sensitive: boolean },
): Setting<string | undefined> {
  const allowed = `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`
  return {
    ...named,
    ...kind,
    options: protocols,
    default: undefined,
    format: 'url-of',
    allowed,
    defaultText: '',
  }
}
