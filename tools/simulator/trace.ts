// What happened in a story, as a hash and, when asked for, as lines: two runs of a seed must agree on it.

import { createHash } from 'node:crypto'
import type { Clock } from '../../shared/ports/clock.ts'

export class Trace {
  readonly #hash = createHash('sha256')
  readonly #clock: Clock
  readonly #startMs: number
  readonly #print: ((line: string) => void) | undefined
  /** How often each kind of thing happened: a fault that never fired has proven nothing. */
  readonly counts = new Map<string, number>()

  constructor(clock: Clock, print?: (line: string) => void) {
    this.#clock = clock
    this.#startMs = clock.nowMs()
    this.#print = print
  }

  note(kind: string, text = ''): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    const line = `${this.#clock.nowMs() - this.#startMs} ${kind} ${text}`
    this.#hash.update(line).update('\n')
    this.#print?.(line)
  }

  /** The hash of all notes so far. Ends the trace. */
  digest(): string {
    return this.#hash.digest('hex')
  }
}
