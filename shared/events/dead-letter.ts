// A record that nobody can read, as the record that goes to the DLQ topic.

/** What of a received record is kept. */
export interface Unreadable {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

export interface DeadLetter {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** A reason is for people; more of it than this does not help them. */
const maxReasonLength = 1_000

/**
 * The bytes as they came, under the same key and headers, with where they stood and why they are here in
 * the headers dlq_source_topic, dlq_source_partition, dlq_source_offset, dlq_reason and dlq_code.
 * `reason`: a Fault has this shape.
 */
export function deadLetter(
  dlqTopic: string,
  record: Unreadable,
  reason: { readonly code: string; readonly message: string },
): DeadLetter {
  return {
    topic: dlqTopic,
    key: record.key ?? '',
    value: record.value ?? Buffer.alloc(0),
    headers: {
      ...record.headers,
      dlq_source_topic: record.topic,
      dlq_source_partition: String(record.partition),
      dlq_source_offset: record.offset,
      dlq_reason: reason.message.slice(0, maxReasonLength),
      dlq_code: reason.code,
    },
  }
}
