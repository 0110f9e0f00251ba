// How the text of an environment variable becomes a value: convict's own formats are too lenient (`12abc` is 12).

import convict from 'convict'
import { Cron } from 'croner'
import type { SpanRange } from './span-range.ts'

/** What a check may look at of its setting. */
interface Limits {
  readonly min?: number
  readonly max?: number
  readonly options?: readonly string[]
  readonly pattern?: string
  readonly allowed?: string
}

interface Format {
  /** The value of a text, or undefined when it cannot be one. */
  readonly read: (text: string) => unknown
  readonly accepts: (value: unknown, limits: Limits) => boolean
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const flags: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

const numberOf = (text: string) => (number.test(text) ? Number(text) : undefined)

const within = (value: unknown, { min = -Infinity, max = Infinity }: Limits) =>
  typeof value === 'number' && value >= min && value <= max

const matches = (value: unknown, { pattern }: Limits) =>
  typeof value === 'string' && (pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value))

const table = {
  'whole-number': {
    read: (text) => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined),
    accepts: (value, limits) => Number.isSafeInteger(value) && within(value, limits),
  },
  'decimal-number': { read: numberOf, accepts: within },
  seconds: { read: (text) => msOf(numberOf(text)), accepts: within },
  'seconds-range': { read: rangeOf, accepts: isRange },
  flag: { read: (text) => flags.get(text.toLowerCase()), accepts: (value) => typeof value === 'boolean' },
  'plain-text': { read: (text) => text, accepts: matches },
  secret: { read: (text) => text, accepts: matches },
  'one-of': {
    read: (text) => text.toLowerCase(),
    accepts: (value, { options = [] }) => typeof value === 'string' && options.includes(value),
  },
  'comma-list': {
    read: (text) => text.split(',').flatMap((part) => part.trim() || []),
    accepts: (value, limits) => Array.isArray(value) && value.every((element) => matches(element, limits)),
  },
  'cron-expression': { read: (text) => text, accepts: firesOnce },
  'time-zone': { read: (text) => text, accepts: isTimeZone },
  'url-of': {
    read: (text) => text,
    accepts: (value, { options = [] }) =>
      typeof value === 'string' && URL.canParse(value) && options.includes(new URL(value).protocol),
  },
} as const satisfies Record<string, Format>

export type FormatName = keyof typeof table

function msOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000)
}

/** `2` and `0.5-2` in seconds; the ends may come in any order. */
function rangeOf(text: string): SpanRange | undefined {
  const ends = text.split('-').map((end) => msOf(numberOf(end.trim())))
  const [first, last = first] = ends
  if (first === undefined || last === undefined || ends.includes(undefined) || ends.length > 2)
    return undefined
  return { minMs: Math.min(first, last), maxMs: Math.max(first, last) }
}

function isRange(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'minMs' in value && Number(value.minMs) >= 0
}

/** From a fixed instant, so that the same text is right or wrong on every day. */
function firesOnce(value: unknown): boolean {
  try {
    const options = { paused: true, fixedTimeRule: 'no-wildcard', mode: '5-or-6-parts' } as const
    return new Cron(String(value), options).nextRun(new Date('2024-01-01T00:00:00Z')) !== null
  } catch {
    return false
  }
}

function isTimeZone(value: unknown): boolean {
  try {
    // Offsets like +02:00 are no zones: they know nothing of summer time.
    return (
      /^[A-Za-z]/.test(String(value)) && Boolean(new Intl.DateTimeFormat('en', { timeZone: String(value) }))
    )
  } catch {
    return false
  }
}

/** Makes the formats known to convict, which keeps them in a table of its own. */
export function registerFormats(): void {
  for (const [name, format] of Object.entries<Format>(table)) {
    convict.addFormat({
      name,
      // What cannot be read stays a text, which no check but that of texts accepts.
      coerce: (text: string) => format.read(text) ?? text,
      validate: (value: unknown, setting: object) => {
        const limits: Limits = setting
        if (!format.accepts(value, limits)) throw new Error(`must be ${limits.allowed}`)
      },
    })
  }
}
