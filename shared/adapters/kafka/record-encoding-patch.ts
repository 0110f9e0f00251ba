// Puts our encoding and decoding of records into kafkajs 2.2.4, which is pinned: half of what it costs is spent there.

import { createRequire } from 'node:module'
import { assert } from '../../base/assert.ts'
import { crc32c } from './crc32c.ts'
import { type BatchContext, DecodedRecord } from './record-decoding.ts'
import { encodeRecord, type RecordParts } from './record-encoding.ts'

const require = createRequire(import.meta.url)

/** The part of a kafkajs encoder that a batch looks at when it takes records in. */
interface Encoded {
  readonly buf: Buffer
  readonly buffer: Buffer
}

function record(parts: RecordParts): Encoded {
  const buffer = encodeRecord(parts)
  return { buf: buffer, buffer }
}

function decodedRecord(decoder: { readonly buffer: Buffer }, batch: BatchContext): DecodedRecord {
  return new DecodedRecord(decoder.buffer, batch)
}

/**
 * To be called before the first record is sent or fetched: kafkajs loads these modules with its first request. The
 * bytes are the same as those of kafkajs, and a test holds them to that. Harmless when called twice.
 */
export function patchRecordEncoding(): void {
  replace('kafkajs/src/protocol/recordBatch/record/v0', record)
  replace('kafkajs/src/protocol/recordBatch/record/v0/decoder', decodedRecord)
  replace('kafkajs/src/protocol/recordBatch/crc32C', crc32c)
  const encoder: { prototype: GrowingEncoder } = require('kafkajs/src/protocol/encoder')
  assert(encoder.prototype.ensureAvailable !== undefined, 'kafkajs 2.2.4 has Encoder.ensureAvailable')
  encoder.prototype.ensureAvailable = ensureAvailable
}

/** What kafkajs writes a request into: `buf` up to `offset`. */
interface GrowingEncoder {
  buf: Buffer
  offset: number
  ensureAvailable(this: GrowingEncoder, length: number): void
}

/** Grows without filling with zeros what is written over at once: requests have hundreds of kilobytes, in three layers. */
function ensureAvailable(this: GrowingEncoder, length: number): void {
  const needed = this.offset + length
  if (needed <= this.buf.length) return
  const larger = Buffer.allocUnsafe(2 ** Math.ceil(Math.log2(needed + 1)))
  this.buf.copy(larger, 0, 0, this.offset)
  this.buf = larger
}

function replace(name: string, exported: unknown): void {
  const path = require.resolve(name)
  require(path)
  const module = require.cache[path]
  assert(module !== undefined, `kafkajs 2.2.4 has ${name}`)
  module.exports = exported
}
