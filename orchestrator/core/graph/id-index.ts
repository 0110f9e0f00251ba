// Ids and their numbers: a map that is several times faster than Map where ids are digits, as most are.

/** Ids of at most this many digits are exact as numbers. */
const longestNumber = 15
const empty = -1
const longestProbe = 128

/**
 * A ReadonlyMap from canonical ids (digits without leading zeros, or other text) to numbers from -1 on. Digits
 * are kept in an open hash table of flat arrays, everything else in a Map. Iterates digits first, in no order.
 */
export class IdIndex implements ReadonlyMap<string, number> {
  #keys: Float64Array
  #values: Int32Array
  #shift: number
  #numbers = 0
  readonly #words = new Map<string, number>()

  /** `expected`: how many ids there will be at most; more are taken too, at the cost of growing. */
  constructor(expected = 8) {
    const bits = Math.max(5, Math.ceil(Math.log2(expected * 2 + 1)))
    this.#keys = new Float64Array(2 ** bits).fill(empty)
    this.#values = new Int32Array(2 ** bits)
    this.#shift = 36 - bits
  }

  get size(): number {
    return this.#numbers + this.#words.size
  }

  set(id: string, value: number): void {
    const number = numberOf(id)
    if (number < 0) this.#words.set(id, value)
    else this.#put(number, value)
  }

  /** Sets the value unless the id has one, which is then returned. */
  add(id: string, value: number): number | undefined {
    const before = this.get(id)
    if (before === undefined) this.set(id, value)
    return before
  }

  get(id: string): number | undefined {
    const number = numberOf(id)
    return number < 0 ? this.#words.get(id) : this.getNumber(number)
  }

  /** The same as `get(String(number))` for a whole number from 0 on of at most 15 digits. */
  getNumber(number: number): number | undefined {
    const slot = this.#slotOf(number)
    const key = this.#keys[slot]
    if (key === number) return this.#values[slot]
    return key === empty ? undefined : this.#words.get(String(number))
  }

  has(id: string): boolean {
    return this.get(id) !== undefined
  }

  *entries(): MapIterator<[string, number]> {
    for (let slot = 0; slot < this.#keys.length; slot++) {
      const key = this.#keys[slot] as number
      if (key !== empty) yield [String(key), this.#values[slot] as number]
    }
    yield* this.#words
  }

  *keys(): MapIterator<string> {
    for (const [id] of this.entries()) yield id
  }

  *values(): MapIterator<number> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[string, number]> {
    return this.entries()
  }

  forEach(visit: (value: number, id: string, map: ReadonlyMap<string, number>) => void): void {
    for (const [id, value] of this.entries()) visit(value, id, this)
  }

  #put(number: number, value: number): void {
    const slot = this.#slotOf(number)
    const key = this.#keys[slot]
    if (key !== empty && key !== number) {
      this.#words.set(String(number), value)
      return
    }
    this.#values[slot] = value
    if (key === number) return
    this.#keys[slot] = number
    this.#numbers++
    if (this.#numbers * 2 > this.#keys.length) this.#grow()
  }

  /**
   * Where the number is, or the free slot where it belongs, or some other slot after `longestProbe` steps: then
   * it belongs to the words, so that no choice of ids makes this slow. Multiplicative hashing (Knuth, TAOCP 3, 6.4)
   * of blocks of 16, so that ids in a row lie in a row.
   */
  #slotOf(number: number): number {
    const keys = this.#keys
    const mask = keys.length - 1
    const folded = ((number / 16) | 0) ^ Math.imul((number / 2 ** 36) | 0, 0x85ebca6b)
    let slot = ((Math.imul(folded, 0x9e3779b1) >>> this.#shift) << 4) | (number & 15)
    for (let steps = 0; steps < longestProbe; steps++) {
      const key = keys[slot]
      if (key === empty || key === number) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values]
    this.#keys = new Float64Array(keys.length * 2).fill(empty)
    this.#values = new Int32Array(keys.length * 2)
    this.#shift--
    this.#numbers = 0
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] !== empty) this.#put(keys[slot] as number, values[slot] as number)
    }
    for (const [word, value] of [...this.#words]) {
      const number = numberOf(word)
      if (number < 0) continue
      this.#words.delete(word)
      this.#put(number, value)
    }
  }
}

/** The number that canonical digits are, or -1: other text, too many digits, or leading zeros. */
export function numberOf(id: string): number {
  const length = id.length
  if (length === 0 || length > longestNumber) return -1
  let number = 0
  for (let at = 0; at < length; at++) {
    const digit = id.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return id.charCodeAt(0) === 0x30 && length > 1 ? -1 : number
}
