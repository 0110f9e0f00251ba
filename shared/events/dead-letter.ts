// A record that nobody can read, as the record that goes to the DLQ topic.

import { maxRecordBytes } from './event-record.ts'

/** What of a received record is kept. */
export interface Unreadable {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
  /** When it was written, in milliseconds since the epoch. */
  readonly timestampMs?: number
}

export interface DeadLetter {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** A reason is for people; more of it than this does not help them. */
const maxReasonLength = 1_000
/** A key or headers larger than this are nobody's: they would leave no room for the value. */
const maxKeyBytes = 10_000
const maxHeaderBytes = 100_000
/** Room for the headers that are added, and for how a record frames its parts. */
const addedBytes = 10_000

/**
 * The bytes as they came, under the same key and headers, with where they stood and why they are here in
 * the headers dlq_source_topic, dlq_source_partition, dlq_source_offset, dlq_reason and dlq_code. What would
 * make the letter larger than `maxRecordBytes` is cut off, which dlq_truncated and dlq_size (of the whole
 * value, in bytes) say. `reason`: a Fault has this shape.
 */
export function deadLetter(
  dlqTopic: string,
  record: Unreadable,
  reason: { readonly code: string; readonly message: string },
): DeadLetter {
  const { key, value, headers, isCut } = fitting(record)
  return {
    topic: dlqTopic,
    key,
    value,
    headers: {
      ...headers,
      dlq_source_topic: record.topic,
      dlq_source_partition: String(record.partition),
      dlq_source_offset: record.offset,
      ...(record.timestampMs === undefined ? {} : { dlq_source_at_ms: String(record.timestampMs) }),
      dlq_reason: reason.message.slice(0, maxReasonLength),
      dlq_code: reason.code,
      ...(isCut ? { dlq_truncated: 'true', dlq_size: String(record.value?.length ?? 0) } : {}),
    },
  }
}

/** What of a record has room beside what is added to it. */
function fitting(record: Unreadable): Pick<DeadLetter, 'key' | 'value' | 'headers'> & { isCut: boolean } {
  const given = { key: record.key ?? '', value: record.value ?? Buffer.alloc(0) }
  const hasRoomForKey = Buffer.byteLength(given.key) <= maxKeyBytes
  // Three bytes a character at most.
  const key = hasRoomForKey ? given.key : given.key.slice(0, maxKeyBytes / 3)
  const hasRoomForHeaders = headerBytes(record.headers) <= maxHeaderBytes
  const headers = hasRoomForHeaders ? record.headers : {}
  const value = given.value.subarray(
    0,
    maxRecordBytes - addedBytes - Buffer.byteLength(key) - headerBytes(headers),
  )
  const isCut = !hasRoomForKey || !hasRoomForHeaders || value.length < given.value.length
  return { key, value, headers, isCut }
}

/** How a record holds headers: name and text, with a length of up to four bytes before each. */
function headerBytes(headers: Unreadable['headers']): number {
  return Object.entries(headers).reduce(
    (sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text) + 8,
    0,
  )
}
