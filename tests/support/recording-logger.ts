// A logger whose lines a test can read.

import type { LogFields, Logger, LogLevel } from '../../shared/ports/logger.ts'

export interface LogLine {
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

export interface RecordingLogger extends Logger {
  readonly lines: readonly LogLine[]
  /** The messages of one level, in order. */
  messages(level: LogLevel): readonly string[]
}

export function recordingLogger(lines: LogLine[] = [], base: LogFields = {}): RecordingLogger {
  const write =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields: { ...base, ...fields } })
    }
  return {
    lines,
    messages: (level) => lines.filter((line) => line.level === level).map((line) => line.message),
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    enabled: () => true,
    child: (fields) => recordingLogger(lines, { ...base, ...fields }),
  }
}
