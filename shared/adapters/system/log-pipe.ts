// The way of a log line through winston to its sinks.

import { createWriteStream, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import winston from 'winston'
import { Fault, messageOf } from '../../base/fault.ts'
import { makeFolder } from '../../config/make-folder.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LogLevel } from '../../ports/logger.ts'
import { LineSink, type LogInfo } from './line-sink.ts'
import { jsonLine, type LogEntry, prettyLine } from './log-line.ts'
import { SystemClock } from './system-clock.ts'

/** How long a flush waits at most for a stream that nobody reads, in milliseconds. */
const longestFlushMs = 2_000

export interface LogPipeOptions {
  /** Default standard output. A command line keeps that for its results and logs to standard error. */
  readonly stream?: Writable
  /** A file that gets every line too, as JSON; made with its folder, appended to (rotate with copytruncate). */
  readonly file?: string | undefined
  /** Lines for people instead of JSON; default: when the stream is a terminal. */
  readonly pretty?: boolean
  /** Colours in pretty lines; default: when the terminal has them and NO_COLOR is not set. */
  readonly coloured?: boolean
  readonly clock?: Clock
}

export class LogPipe {
  readonly #winston: winston.Logger
  readonly #sinks: readonly LineSink[]
  readonly #clock: Clock
  #lines = 0

  /** Throws CONFIG_INVALID when the file cannot be opened. */
  constructor(options: LogPipeOptions) {
    this.#clock = options.clock ?? new SystemClock()
    this.#sinks = this.#sinksOf(options)
    const asItIs = winston.format((info) => info)()
    const transports = this.#sinks.map((stream) => new winston.transports.Stream({ stream }))
    this.#winston = winston.createLogger({ level: 'debug', format: asItIs, transports })
  }

  write(level: LogLevel, message: string, fields: LogEntry['fields']): void {
    this.#lines++
    const ts = new Date(this.#clock.nowMs()).toISOString()
    const info: LogInfo = { level, message, entry: { ts, level, message, fields } }
    this.#winston.log(info)
  }

  /** Resolves when every line so far is written, or lost for good, and after two seconds in any case. */
  async flush(): Promise<void> {
    const written = Promise.all(this.#sinks.map((sink) => sink.written(this.#lines)))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestFlushMs)
    })
    await Promise.race([written, late])
    clearTimeout(timer)
  }

  #sinksOf(options: LogPipeOptions): LineSink[] {
    const stream = options.stream ?? process.stdout
    const screen = new LineSink({ stream, line: lineFor(stream, options) })
    if (options.file === undefined) return [screen]
    const file = options.file
    const broken = (error: Error) =>
      this.write('error', 'LOG_FILE gets no more lines', { file, error: error.message })
    return [screen, new LineSink({ stream: fileStream(file), line: jsonLine, broken })]
  }
}

/** What a terminal has and another stream has not. */
type Screen = Writable & {
  readonly isTTY?: boolean | undefined
  readonly hasColors?: (() => boolean) | undefined
}

function lineFor(stream: Screen, options: LogPipeOptions): (entry: LogEntry) => string {
  if (!(options.pretty ?? stream.isTTY ?? false)) return jsonLine
  const coloured = options.coloured ?? stream.hasColors?.() ?? false
  return (entry) => prettyLine(entry, coloured)
}

/** Opened at once, so that a wrong LOG_FILE stops the program at its start and not at its first line. */
function fileStream(file: string): Writable {
  try {
    makeFolder(dirname(file))
    return createWriteStream(file, { fd: openSync(file, 'a') })
  } catch (error) {
    const message = `LOG_FILE cannot be written: ${messageOf(error)}`
    throw new Fault('CONFIG_INVALID', message, {
      cause: error,
      detail: { variable: 'LOG_FILE', value: file },
    })
  }
}
