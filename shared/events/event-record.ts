// An event with its place on the wire, before any transport is known.

export interface EventRecord {
  readonly topic: string
  readonly key: string
  readonly value: string
  readonly headers: Readonly<Record<string, string>>
}

/** The largest value that is put into one record, in bytes: below the broker's default limit of 1 MiB with headers. */
export const maxRecordBytes = 900_000
