// Log lines as a port.

export type LogFields = Readonly<Record<string, unknown>>
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** Fields named run_id, object_id, attempt, zone and tenant mean the same on every line. Never blocks, never throws. */
export interface Logger {
  error(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  /** Whether a line of this level would be written: ask before building fields on a hot path. */
  enabled(level: LogLevel): boolean
  /** A logger that adds `fields` to each of its lines. */
  child(fields: LogFields): Logger
}

const nothing = () => {}

/** Writes nothing: for tests and for callers that did not ask for logs. */
export const silentLogger: Logger = {
  error: nothing,
  warn: nothing,
  info: nothing,
  debug: nothing,
  enabled: () => false,
  child: () => silentLogger,
}
