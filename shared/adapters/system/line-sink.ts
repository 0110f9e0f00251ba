// Where log lines go: a stream behind winston that never blocks, never throws and can be waited for.

import { Writable } from 'node:stream'
import type { LogEntry } from './log-line.ts'

/** Above this many bytes waiting in the stream, lines are counted instead of kept: logs must not eat the memory. */
const fullBytes = 16 * 2 ** 20

export interface LineSinkOptions {
  readonly stream: Writable
  readonly line: (entry: LogEntry) => string
  /** Called once when the stream breaks; lines after that are lost. */
  readonly broken?: (error: Error) => void
}

/** What winston hands on: the entry as it was logged. */
export interface LogInfo {
  readonly level: string
  readonly message: string
  readonly entry: LogEntry
}

/** An object stream, which is what winston's stream transport takes. */
export class LineSink extends Writable {
  readonly #stream: Writable
  readonly #line: (entry: LogEntry) => string
  #broken = false
  #settled = 0
  #dropped = 0
  #waiting: { readonly lines: number; readonly wake: () => void }[] = []

  constructor(options: LineSinkOptions) {
    super({ objectMode: true })
    this.#stream = options.stream
    this.#line = options.line
    options.stream.on('error', (error) => {
      if (this.#broken) return
      this.#broken = true
      options.broken?.(error)
    })
  }

  override _write(info: LogInfo, _encoding: BufferEncoding, next: () => void): void {
    if (this.#broken) this.#settle()
    else if (this.#stream.writableLength > fullBytes) this.#drop()
    else this.#print(info.entry)
    next()
  }

  /** Resolves when `lines` lines have come through winston and are written, lost or dropped. */
  written(lines: number): Promise<void> {
    if (this.#settled >= lines) return Promise.resolve()
    return new Promise((wake) => this.#waiting.push({ lines, wake }))
  }

  #print(entry: LogEntry): void {
    if (this.#dropped > 0) {
      const lost = {
        ...entry,
        level: 'warn' as const,
        message: 'log lines were dropped',
        fields: { lines: this.#dropped },
      }
      this.#stream.write(`${this.#line(lost)}\n`)
      this.#dropped = 0
    }
    this.#stream.write(`${this.#line(entry)}\n`, () => this.#settle())
  }

  #drop(): void {
    this.#dropped++
    this.#settle()
  }

  #settle(): void {
    this.#settled++
    if (this.#waiting.length === 0) return
    const ready = this.#waiting.filter((waiter) => waiter.lines <= this.#settled)
    this.#waiting = this.#waiting.filter((waiter) => waiter.lines > this.#settled)
    for (const waiter of ready) waiter.wake()
  }
}
