// When a consumer fetches: pauses all of it when too much is in flight, and one partition when its head lags.

import { FlowGate } from '../../base/flow-gate.ts'
import type { HeldPartition } from '../../base/partition-assignment.ts'

/** What kafkajs takes; without partitions it means the whole topic. */
export type TopicPartitions = { topic: string; partitions?: number[] }

export interface FetchSwitch {
  pause(what: TopicPartitions[]): void
  resume(what: TopicPartitions[]): void
}

export interface ThrottleLimits {
  readonly topics: readonly string[]
  readonly maxInFlight: number
  /** How far completed records may run ahead of an incomplete one, per partition. */
  readonly maxSpan: number
}

export class FetchThrottle {
  readonly #limits: ThrottleLimits
  readonly #switch: FetchSwitch
  readonly #gate: FlowGate
  readonly #resting = new Set<HeldPartition>()
  #isFetching = true

  constructor(limits: ThrottleLimits, fetchSwitch: FetchSwitch) {
    this.#limits = limits
    this.#switch = fetchSwitch
    this.#gate = new FlowGate(limits.maxInFlight)
  }

  /** No fetch any more, whatever happens. Takes effect with the next `update`. */
  shut(): void {
    this.#gate.shut()
  }

  /** Begins anew for a new assignment: kafkajs' pause flags outlive the assignment they were set for. */
  reset(): void {
    this.#resumeAll()
    this.update(0)
  }

  /** Called for each completion, so its usual way out is short. */
  update(inFlight: number): void {
    const isOpen = this.#gate.isOpenAt(inFlight)
    if (isOpen && !this.#isFetching) this.#resumeAll()
    else if (!isOpen && this.#isFetching) this.#pauseAll()
    else if (this.#resting.size > 0) this.#wakeNarrowOnes()
  }

  /** A partition rests when too much was taken behind an incomplete head: memory, and what a crash repeats, stay bounded. */
  restIfWide(held: HeldPartition): void {
    if (held.tracker.span <= this.#limits.maxSpan || !this.#isFetching || this.#resting.has(held)) return
    this.#resting.add(held)
    this.#switch.pause([{ topic: held.topic, partitions: [held.partition] }])
  }

  #wakeNarrowOnes(): void {
    for (const held of this.#resting) {
      if (held.tracker.span * 2 > this.#limits.maxSpan) continue
      this.#resting.delete(held)
      this.#switch.resume([{ topic: held.topic, partitions: [held.partition] }])
    }
  }

  #pauseAll(): void {
    this.#isFetching = false
    this.#switch.pause(this.#limits.topics.map((topic) => ({ topic })))
  }

  /** Partitions that rested are met again when they bring more, and rest again then. */
  #resumeAll(): void {
    this.#resting.clear()
    this.#isFetching = true
    this.#switch.resume(this.#limits.topics.map((topic) => ({ topic })))
  }
}
