// Which partition a record goes to: by its key, as Kafka's own clients choose it.

import type { ICustomPartitioner } from 'kafkajs'
import { assert } from '../../base/assert.ts'

const seed = 0x9747b28c
const mix = 0x5bd1e995

/**
 * The same partition as kafkajs' DefaultPartitioner and the Java client give a key, without their 64-bit
 * arithmetic; every record of this house has a key.
 */
export const keyPartitioner: ICustomPartitioner = () => {
  return ({ partitionMetadata, message: { key } }) => {
    assert(key !== null && key !== undefined, 'a record has a key')
    return partitionOf(typeof key === 'string' ? Buffer.from(key) : key, partitionMetadata.length)
  }
}

/** Source: `Utils.murmur2` and `BuiltInPartitioner` of Apache Kafka's clients. */
export function partitionOf(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

function murmur2(data: Buffer): number {
  const whole = data.length - (data.length % 4)
  let hash = seed ^ data.length
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(data.readInt32LE(at), mix)
    word = Math.imul(word ^ (word >>> 24), mix)
    hash = Math.imul(hash, mix) ^ word
  }
  const left = data.length - whole
  if (left === 3) hash ^= (data[whole + 2] as number) << 16
  if (left >= 2) hash ^= (data[whole + 1] as number) << 8
  if (left >= 1) hash = Math.imul(hash ^ (data[whole] as number), mix)
  hash = Math.imul(hash ^ (hash >>> 13), mix)
  return hash ^ (hash >>> 15)
}
