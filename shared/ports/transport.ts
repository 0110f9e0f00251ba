// Topics, partitions, groups and offsets as a port: what the house needs of Kafka, and no more.

export interface OutgoingRecord {
  readonly topic: string
  readonly key: string
  readonly value: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** One record handed to a subscription. It stays "in flight" until `complete` is called. */
export interface Delivery {
  readonly topic: string
  readonly partition: number
  /** The record's offset as Kafka prints it. */
  readonly offset: string
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
  /** When the record was written, in milliseconds since the epoch. */
  readonly timestampMs: number

  /** False once the partition may have gone to another member: what is not yet begun should be dropped, it comes again. */
  isCurrent(): boolean

  /**
   * Says that the record's work is durable elsewhere. The offset of a partition moves on to the first
   * record that is not complete, in any order of completion. Does nothing when no longer current.
   */
  complete(): void
}

export interface Subscription {
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Fetching pauses while more than this many deliveries are in flight, and resumes below half of it.
   * A fetch is handed over whole, so the number in flight may exceed this by one fetch.
   */
  readonly maxInFlight: number
  /** Takes what was fetched. Must return at once (only enqueue) and must not throw. */
  receive(deliveries: readonly Delivery[]): void
}

export interface Consumer {
  /** Fetches no more; what is in flight may still be completed. */
  pause(): void
  /** Commits what is complete and leaves the group. Later completions do nothing. Safe to call twice. */
  stop(): Promise<void>
  /** Whether this member has joined its group and fetches. */
  isJoined(): boolean
  /** Records behind the end of the log, by topic and partition of this member, as last seen. */
  lag(): readonly { readonly topic: string; readonly partition: number; readonly records: number }[]
}

export interface Transport {
  /**
   * Resolves when every record is stored by all in-sync replicas. Rejects with TRANSPORT_UNAVAILABLE or
   * TRANSPORT_REFUSED; then any part of the records, also all, may have been stored. Calls are sent one
   * after the other, in the order of the calls; records of one key keep their order.
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>

  /** Joins the group and begins to receive, from the group's offsets, else from the beginning. Records come at least once. */
  subscribe(subscription: Subscription): Promise<Consumer>

  /**
   * Hands over every record that stands in `topic` now (only of the partition of `key` when given), in
   * order within a partition, outside any group; resolves at the end of what stood there when it began.
   * A partition that `from` names begins at that offset, or at the first one still kept behind it.
   */
  scan(
    topic: string,
    key: string | undefined,
    visit: (record: ScannedRecord) => void,
    from?: ReadonlyMap<number, number>,
  ): Promise<void>

  /**
   * Whether a member of any group is given records of the topic. Rejects with TRANSPORT_UNAVAILABLE or
   * TRANSPORT_REFUSED when it cannot be known now.
   */
  hasConsumers(topic: string): Promise<boolean>

  /** Resolves when the broker answers, rejects with TRANSPORT_UNAVAILABLE when it does not. */
  ping(): Promise<void>

  /** Stops every consumer and closes. Safe to call twice. */
  close(): Promise<void>
}

export interface ScannedRecord {
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}
