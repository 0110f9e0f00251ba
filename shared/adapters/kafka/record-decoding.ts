// Records of a fetch as kafkajs hands them on, decoded in one pass, and their headers only when somebody asks.

import type { IHeaders } from 'kafkajs'

/** What kafkajs knows of the batch of a record. */
export interface BatchContext {
  readonly firstOffset: string
  readonly firstTimestamp: string
  readonly maxTimestamp: string
  readonly magicByte: number
  readonly isControlBatch?: boolean
  /** 1: the broker's time of appending, which is the batch's `maxTimestamp`. */
  readonly timestampType: number
}

const logAppendTime = 1

/** A record of message format 2, without the length before it. Source: Kafka protocol guide, "Record". */
export class DecodedRecord {
  readonly magicByte: number
  readonly attributes: number
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly isControlRecord: boolean
  readonly batchContext: BatchContext
  readonly #encodedHeaders: Buffer
  #headers: IHeaders | undefined

  constructor(bytes: Buffer, batch: BatchContext) {
    const reader = new Reader(bytes)
    this.magicByte = batch.magicByte
    this.attributes = reader.byte()
    const timestampDelta = reader.varint()
    const isAppendTime = batch.timestampType === logAppendTime && batch.maxTimestamp !== ''
    this.timestamp = isAppendTime ? batch.maxTimestamp : sum(batch.firstTimestamp, timestampDelta)
    this.offset = sum(batch.firstOffset, reader.varint())
    this.key = reader.bytes()
    this.value = reader.bytes()
    this.#encodedHeaders = reader.rest()
    this.isControlRecord = batch.isControlBatch ?? false
    this.batchContext = batch
  }

  /** The values of a name that stands more than once are a list. */
  get headers(): IHeaders {
    this.#headers ??= headersIn(new Reader(this.#encodedHeaders))
    return this.#headers
  }
}

function headersIn(reader: Reader): IHeaders {
  // Without a prototype: a name may be any text, also `__proto__`.
  const headers: Record<string, IHeaders[string] | null> = Object.create(null)
  for (let count = reader.varint(); count > 0; count--) {
    const name = String(reader.bytes() ?? null)
    const value = reader.bytes()
    const before = headers[name]
    if (before === undefined) headers[name] = value as Buffer
    else headers[name] = [before, value].flat() as Buffer[]
  }
  return headers as IHeaders
}

function sum(first: string, delta: number): string {
  const total = Number(first) + delta
  return Number.isSafeInteger(total) ? String(total) : String(BigInt(first) + BigInt(delta))
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  byte(): number {
    return this.#bytes.readInt8(this.#at++)
  }

  /** Zigzag; exact up to 53 bits, which offsets and times stay within. */
  varint(): number {
    let value = 0
    let factor = 1
    let byte = 0x80
    for (; byte >= 0x80; factor *= 0x80) {
      byte = this.#bytes.readUInt8(this.#at++)
      value += (byte & 0x7f) * factor
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  bytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    const bytes = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return bytes
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#at)
  }
}
