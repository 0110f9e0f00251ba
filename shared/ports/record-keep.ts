// What keeps the records of some topics beyond the life of a process, as a port: a broker in memory has a disk behind it.

export interface KeptRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly value: string | Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly timestampMs: number
}

/** One process has it at a time. Offsets of a partition grow, and have gaps where records were dropped. */
export interface RecordKeep {
  /** The topics whose records are kept. */
  readonly topics: ReadonlySet<string>

  /** The offset that the next record of the partition gets: above all that are kept. */
  end(topic: string, partition: number): number

  /** Returns when all of them are stored; throws a Fault when none is. */
  append(records: readonly KeptRecord[]): void

  /** Records of the partition from an offset on, in order, at most `limit`; none: there are no more. Throws a Fault. */
  read(topic: string, partition: number, from: number, limit: number): readonly KeptRecord[]
}
