// Log lines by winston: JSON for machines, pretty on a terminal, optionally also to a file.

import type { Json } from '../../base/json.ts'
import { isSecretName, redacted, redactText } from '../../base/redact.ts'
import type { LogFields, Logger, LogLevel } from '../../ports/logger.ts'
import { LogPipe, type LogPipeOptions } from './log-pipe.ts'
import { logValueWith } from './log-value.ts'

const ranks: Record<LogLevel | 'silent', number> = { silent: 0, error: 1, warn: 2, info: 3, debug: 4 }

/** A secret shorter than this would take harmless text out of every line. */
const shortestSecret = 4

export interface WinstonLoggerOptions extends LogPipeOptions {
  /** The lowest level that is written; default `info`. */
  readonly level?: LogLevel | 'silent'
  /** Values that never appear in a line, wherever they stand: the configuration's secrets. */
  readonly secrets?: readonly string[]
}

type JsonFields = Readonly<Record<string, Json | undefined>>

interface Writing {
  readonly pipe: LogPipe
  readonly rank: number
  readonly cleanText: (text: string) => string
  readonly valueOf: (value: unknown) => Json | undefined
}

/** The part that a child shares: level, cleaning and pipe are one for all children of a logger. */
class BoundLogger implements Logger {
  readonly #writing: Writing
  readonly #bound: JsonFields
  readonly #rank: number

  constructor(writing: Writing, bound: JsonFields) {
    this.#writing = writing
    this.#bound = bound
    this.#rank = writing.rank
  }

  error(message: string, fields?: LogFields): void {
    if (this.#rank >= ranks.error) this.#write('error', message, fields)
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#rank >= ranks.warn) this.#write('warn', message, fields)
  }

  info(message: string, fields?: LogFields): void {
    if (this.#rank >= ranks.info) this.#write('info', message, fields)
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#rank >= ranks.debug) this.#write('debug', message, fields)
  }

  enabled(level: LogLevel): boolean {
    return this.#rank >= ranks[level]
  }

  child(fields: LogFields): Logger {
    return new BoundLogger(this.#writing, { ...this.#bound, ...fieldsOf(this.#writing, fields) })
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    const own = fields === undefined ? this.#bound : { ...this.#bound, ...fieldsOf(this.#writing, fields) }
    this.#writing.pipe.write(level, this.#writing.cleanText(message), own)
  }
}

/**
 * Never waits for a slow reader (lines beyond 16 MiB of backlog are counted and dropped) and never throws
 * once made. Secrets are taken out: fields with a secret's name, user info of URLs, tokens in queries, and
 * the values given as `secrets`. The constructor throws CONFIG_INVALID when the file cannot be opened.
 */
export class WinstonLogger extends BoundLogger {
  readonly #pipe: LogPipe

  constructor(options: WinstonLoggerOptions = {}) {
    const pipe = new LogPipe(options)
    const cleanText = cleanerOf(options.secrets ?? [])
    super({ pipe, rank: ranks[options.level ?? 'info'], cleanText, valueOf: logValueWith(cleanText) }, {})
    this.#pipe = pipe
  }

  /** Resolves when every line so far is out (after two seconds in any case). To be awaited before the process ends. */
  flush(): Promise<void> {
    return this.#pipe.flush()
  }
}

function cleanerOf(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= shortestSecret)
  if (known.length === 0) return redactText
  // Known values first: a part of one that a pattern took out would keep the rest of it from being found.
  return (text) => redactText(known.reduce((safe, secret) => safe.replaceAll(secret, redacted), text))
}

function fieldsOf(writing: Writing, fields: LogFields): JsonFields {
  const plain: Record<string, Json | undefined> = {}
  for (const name in fields) {
    const value = fields[name]
    if (value === undefined) continue
    plain[name] = value !== null && isSecretName(name) ? redacted : writing.valueOf(value)
  }
  return plain
}
