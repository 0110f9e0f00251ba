// What of one partition is taken and what of it is complete: finds the offset that may be committed.

/** Completed heads are cut off in pieces of at least this many, so that cutting costs nothing a record. */
const cutAt = 1_024

/**
 * Records are taken in ascending order of offset (with gaps, as compacted logs have them) and completed in
 * any order; the watermark is the first offset that is not complete. Memory grows with `span`, not with
 * the size of the records.
 */
export class OffsetTracker {
  readonly #offsets: number[] = []
  readonly #complete: boolean[] = []
  /** Index of the first record that is not complete. */
  #head = 0
  /** How many records were cut off before index 0. */
  #cut = 0
  #next: number

  /** `start`: the offset of the first record that may come. */
  constructor(start: number) {
    this.#next = start
  }

  /** Takes the record at `offset` and gives its number, for `complete`. */
  take(offset: number): number {
    this.#offsets.push(offset)
    this.#complete.push(false)
    this.#next = offset + 1
    return this.#cut + this.#offsets.length - 1
  }

  /** Completes the record of that number. False when it was complete before. */
  complete(number: number): boolean {
    const index = number - this.#cut
    if (index < this.#head || this.#complete[index] !== false) return false
    this.#complete[index] = true
    if (index === this.#head) this.#advance()
    return true
  }

  /** The offset up to which, exclusive, everything is complete: what Kafka calls the offset to commit. */
  get watermark(): number {
    return this.#offsets[this.#head] ?? this.#next
  }

  /** How many records are remembered above the watermark, complete ones too. */
  get span(): number {
    return this.#offsets.length - this.#head
  }

  #advance(): void {
    while (this.#complete[this.#head] === true) this.#head++
    if (this.#head < cutAt || this.#head * 2 < this.#offsets.length) return
    this.#offsets.splice(0, this.#head)
    this.#complete.splice(0, this.#head)
    this.#cut += this.#head
    this.#head = 0
  }
}
