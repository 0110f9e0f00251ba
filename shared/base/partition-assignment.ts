// What one member holds between two joins of its group: partitions, what is in flight, what may be committed.

import { OffsetTracker } from './offset-tracker.ts'

export interface CommitRequest {
  readonly topics: { topic: string; partitions: { partition: number; offset: string }[] }[]
}

/** One partition as long as this member holds it without a break. */
export class HeldPartition {
  readonly assignment: PartitionAssignment
  readonly topic: string
  readonly partition: number
  readonly tracker: OffsetTracker
  /** The end of the log as last seen. */
  highWatermark = 0
  committed: number

  constructor(assignment: PartitionAssignment, topic: string, partition: number, start: number) {
    this.assignment = assignment
    this.topic = topic
    this.partition = partition
    this.tracker = new OffsetTracker(start)
    this.committed = start
  }

  complete(number: number): void {
    if (this.assignment.isCurrent && this.tracker.complete(number)) this.assignment.completed(this)
  }
}

/**
 * Ends with `end`; from then on completions and commits touch nothing. The broker takes a commit for any
 * partition from any member of the present generation, so a late one would move another owner back.
 */
export class PartitionAssignment {
  readonly #partitions = new Map<string, HeldPartition>()
  readonly #onCompleted: (held: HeldPartition) => void
  #isCurrent = true
  inFlight = 0

  /** `onCompleted` is called after each completion that counts. */
  constructor(onCompleted: (held: HeldPartition) => void) {
    this.#onCompleted = onCompleted
  }

  get isCurrent(): boolean {
    return this.#isCurrent
  }

  end(): void {
    this.#isCurrent = false
  }

  /** The partition, which begins at `start` when it was not met before. */
  hold(topic: string, partition: number, start: number): HeldPartition {
    const key = `${topic}/${partition}`
    const known = this.#partitions.get(key)
    if (known !== undefined) return known
    const held = new HeldPartition(this, topic, partition, start)
    this.#partitions.set(key, held)
    return held
  }

  held(): Iterable<HeldPartition> {
    return this.#partitions.values()
  }

  completed(held: HeldPartition): void {
    this.inFlight--
    this.#onCompleted(held)
  }

  /**
   * The watermarks that moved since the last commit, or undefined when none did; with `keep` they count
   * as committed. Both are read in one step, so that a completion in between is not lost.
   */
  uncommitted(): { readonly request: CommitRequest; readonly keep: () => void } | undefined {
    const moved = [...this.held()]
      .map((held) => ({ held, watermark: held.tracker.watermark }))
      .filter(({ held, watermark }) => watermark > held.committed)
    if (moved.length === 0) return undefined
    const topics = new Map<string, { partition: number; offset: string }[]>()
    for (const { held, watermark } of moved) {
      const partitions = topics.get(held.topic) ?? []
      partitions.push({ partition: held.partition, offset: String(watermark) })
      topics.set(held.topic, partitions)
    }
    return {
      request: { topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })) },
      keep: () => {
        for (const { held, watermark } of moved) held.committed = Math.max(held.committed, watermark)
      },
    }
  }
}
