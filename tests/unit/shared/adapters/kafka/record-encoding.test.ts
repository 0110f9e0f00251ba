// What goes on the wire is what kafkajs itself would send, byte by byte.

import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../../../../shared/adapters/kafka/crc32c.ts'
import { partitionOf } from '../../../../../shared/adapters/kafka/key-partitioner.ts'
import { type BatchContext, DecodedRecord } from '../../../../../shared/adapters/kafka/record-decoding.ts'
import { encodeRecord } from '../../../../../shared/adapters/kafka/record-encoding.ts'
import { patchRecordEncoding } from '../../../../../shared/adapters/kafka/record-encoding-patch.ts'
import { seed } from '../../../../support/wild-texts.ts'

const require = createRequire(import.meta.url)
const theirRecord = pristine('kafkajs/src/protocol/recordBatch/record/v0')
const theirDecoder = pristine('kafkajs/src/protocol/recordBatch/record/v0/decoder')
const Decoder = require('kafkajs/src/protocol/decoder')
const theirCrc = pristine('kafkajs/src/protocol/recordBatch/crc32C')
const theirHash = require('kafkajs/src/producer/partitioners/default/murmur2')

/** A module of kafkajs as it ships: another test of this process may have put ours in its place. */
function pristine(name: string) {
  const path = require.resolve(name)
  const inPlace = require.cache[path]
  delete require.cache[path]
  const shipped = require(path)
  if (inPlace !== undefined) {
    require.cache[path] = inPlace
  }
  return shipped
}

const text = fc.string({ unit: 'grapheme', maxLength: 300 })
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const content = fc.oneof(text, bytes)
const headers = fc.dictionary(text, fc.oneof(content, fc.array(content, { maxLength: 3 })), { maxKeys: 9 })
const records = fc.record({
  offsetDelta: fc.nat(100_000),
  timestampDelta: fc.nat(2 ** 31 - 1),
  key: fc.option(content),
  value: fc.option(content),
  headers,
})

describe('the encoding of records', () => {
  it('is the one of kafkajs for any record', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(encodeRecord(record).equals(theirRecord(record).buffer)).toBe(true)
      }),
      { seed, numRuns: 500 },
    )
  })

  it.each([0, 1, 63, 64, 127, 128, 8_191, 8_192, 16_384, 1_048_576])(
    'writes a value of %i bytes, where lengths grow by a byte, as kafkajs does',
    (size) => {
      const record = { key: null, value: 'v'.repeat(size), headers: { h: 'x'.repeat(size) } }
      expect(encodeRecord(record).equals(theirRecord(record).buffer)).toBe(true)
    },
  )

  it('needs neither key nor headers, and takes a record of long ago', () => {
    const record = { value: 'v', timestampDelta: 1_795_000_000_000 }
    expect(encodeRecord(record).equals(theirRecord(record).buffer)).toBe(true)
  })

  it('has the checksum of kafkajs over any bytes, at any place in memory', () => {
    fc.assert(
      fc.property(bytes, fc.nat(8), (buffer, from) => {
        expect(crc32c(buffer.subarray(from))).toBe(theirCrc(buffer.subarray(from)))
      }),
      { seed, numRuns: 500 },
    )
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })

  it('is in kafkajs once it is put there', () => {
    patchRecordEncoding()
    patchRecordEncoding()
    const record = require('kafkajs/src/protocol/recordBatch/record/v0')
    expect(record).not.toBe(theirRecord)
    expect(record({ value: 'v' }).buffer.equals(theirRecord({ value: 'v' }).buffer)).toBe(true)
    expect(require('kafkajs/src/protocol/recordBatch/crc32C')).toBe(crc32c)
  })
})

const longs = fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String)
const times = fc.nat(2 ** 48).map(String)
const batches = fc.record({
  firstOffset: longs,
  firstTimestamp: times,
  maxTimestamp: times,
  magicByte: fc.constant(2),
  isControlBatch: fc.boolean(),
  timestampType: fc.constantFrom(0, 1),
})

describe('the decoding of records', () => {
  it('reads what kafkajs reads, of any record and any batch', () => {
    // A name that every JavaScript object has already is one that kafkajs itself gets wrong.
    const sound = records.filter((record) => Object.keys(record.headers).every((name) => !(name in {})))
    fc.assert(
      fc.property(sound, batches, (record, batch) => {
        const bytes: Buffer = theirRecord(record).buffer
        const body = bytes.subarray(bytes.findIndex((byte) => byte < 0x80) + 1)
        const expected = theirDecoder(new Decoder(body), batch)
        const ours = new DecodedRecord(body, batch as BatchContext)
        expect({ ...ours, headers: ours.headers }).toEqual(expected)
      }),
      { seed, numRuns: 500 },
    )
  })

  it('takes any name of a header, and keeps all values of one that repeats', () => {
    const headers = { ['__proto__']: 'p', toString: 't', more: ['a', 'b', 'c'] }
    const bytes = encodeRecord({ value: null, headers }).subarray(1)
    const batch = { firstOffset: '7', firstTimestamp: '1', maxTimestamp: '1', magicByte: 2, timestampType: 0 }
    const record = new DecodedRecord(bytes, batch)
    const texts = Object.entries(record.headers).map(([name, value]) => [name, String(value)])
    expect(texts).toEqual([
      ['__proto__', 'p'],
      ['toString', 't'],
      ['more', 'a,b,c'],
    ])
    expect(record).toMatchObject({ offset: '7', value: null, key: null })
  })

  it('reports a record that is cut off instead of reading on', () => {
    const batch = { firstOffset: '0', firstTimestamp: '0', maxTimestamp: '0', magicByte: 2, timestampType: 0 }
    expect(() => new DecodedRecord(Buffer.from([0, 0x80]), batch)).toThrow(RangeError)
  })
})

describe('an encoder of kafkajs with our way to grow', () => {
  it('has written the same when it had to grow, also in one leap', () => {
    patchRecordEncoding()
    const Encoder = require('kafkajs/src/protocol/encoder')
    for (const size of [0, 511, 512, 513, 100_000]) {
      const content = Buffer.alloc(size, 'x')
      const encoder = new Encoder().writeInt32(7).writeBuffer(content).writeInt32(8)
      const expected = Buffer.concat([Buffer.from([0, 0, 0, 7]), content, Buffer.from([0, 0, 0, 8])])
      expect(encoder.buffer.equals(expected)).toBe(true)
    }
  })
})

describe('the partition of a key', () => {
  it('is the one that kafkajs and the Java client choose', () => {
    fc.assert(
      fc.property(content, fc.integer({ min: 1, max: 1_000 }), (key, partitions) => {
        const expected = (theirHash(key) & 0x7fffffff) % partitions
        expect(partitionOf(Buffer.from(key as string), partitions)).toBe(expected)
      }),
      { seed, numRuns: 1_000 },
    )
  })
})
