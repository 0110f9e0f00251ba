// CRC-32C as Kafka asks for it over every batch of records, eight bytes at a time.

/** The Castagnoli polynomial, reflected. */
const polynomial = 0x82f63b78

/** `tables[n]` is what a byte means that n more bytes follow. */
const tables = tablesOf(8)
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
]

function tablesOf(count: number): readonly Int32Array[] {
  const first = new Int32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    first[byte] = crc
  }
  const all = [first]
  for (let n = 1; n < count; n++) {
    const before = all[n - 1] as Int32Array
    all.push(before.map((crc) => (first[crc & 0xff] as number) ^ (crc >>> 8)))
  }
  return all
}

/** An unsigned number of 32 bits. Source: Intel's slicing-by-8 (Kounavis and Berry 2005). */
export function crc32c(bytes: Uint8Array): number {
  const whole = bytes.length - (bytes.length % 8)
  let crc = -1
  let at = 0
  for (; at < whole; at += 8) {
    const low = crc ^ word(bytes, at)
    const high = word(bytes, at + 4)
    crc =
      (t7[low & 0xff] as number) ^
      (t6[(low >>> 8) & 0xff] as number) ^
      (t5[(low >>> 16) & 0xff] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[high & 0xff] as number) ^
      (t2[(high >>> 8) & 0xff] as number) ^
      (t1[(high >>> 16) & 0xff] as number) ^
      (t0[high >>> 24] as number)
  }
  for (; at < bytes.length; at++) crc = (t0[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8)
  return ~crc >>> 0
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}
