// One partition in memory: records in order, the oldest of which may be dropped.

export interface MemoryRecord {
  readonly key: string
  readonly value: string | Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly timestampMs: number
}

/** Records are dropped in pieces of at least this many, so that dropping costs nothing a record. */
const dropAt = 4_096

export class MemoryLog {
  readonly #records: MemoryRecord[] = []
  #start = 0
  readonly #tail: number

  /** `tail`: how many records are kept at most, read or not; `start`: the offset of the first one. */
  constructor(tail: number, start = 0) {
    this.#tail = tail
    this.#start = start
  }

  /** The offset of the oldest record that is still there. */
  get start(): number {
    return this.#start
  }

  /** The offset that the next record gets. */
  get end(): number {
    return this.#start + this.#records.length
  }

  append(record: MemoryRecord): void {
    this.#records.push(record)
    if (this.#records.length >= 2 * this.#tail + dropAt) this.#drop(this.#records.length - this.#tail)
  }

  /** Gives a record its offset and does not keep it: it stands elsewhere, and nobody here reads on. */
  pass(): void {
    this.#drop(this.#records.length)
    this.#start++
  }

  at(offset: number): MemoryRecord | undefined {
    return this.#records[offset - this.#start]
  }

  /** Everything below `offset` may go. */
  release(offset: number): void {
    const count = Math.min(offset - this.#start, this.#records.length)
    if (count >= dropAt) this.#drop(count)
  }

  #drop(count: number): void {
    this.#records.splice(0, count)
    this.#start += count
  }
}
