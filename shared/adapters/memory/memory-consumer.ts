// One member of a group of the broker in memory.

import { at } from '../../base/assert.ts'
import { messageOf } from '../../base/fault.ts'
import { FlowGate } from '../../base/flow-gate.ts'
import { type HeldPartition, PartitionAssignment } from '../../base/partition-assignment.ts'
import type { Clock, Timer } from '../../ports/clock.ts'
import type { Consumer, Delivery, Subscription } from '../../ports/transport.ts'
import type { MemoryBroker } from './memory-broker.ts'
import { MemoryDelivery } from './memory-delivery.ts'
import type { MemoryLog } from './memory-log.ts'

interface Reading {
  readonly held: HeldPartition
  readonly log: MemoryLog
  position: number
}

export class MemoryConsumer implements Consumer {
  readonly memberId: string
  readonly group: string
  readonly topics: readonly string[]
  readonly #broker: MemoryBroker
  readonly #clock: Clock
  readonly #subscription: Subscription
  readonly #gate: FlowGate
  #assignment = new PartitionAssignment(() => {})
  #readings: readonly Reading[] = []
  #next: Timer | undefined
  #commitTimer: Timer | undefined
  #isMember = true

  /** `clock`: that of the process it lives in. */
  constructor(broker: MemoryBroker, clock: Clock, subscription: Subscription) {
    this.#broker = broker
    this.#clock = clock
    this.#subscription = subscription
    this.memberId = broker.nextMemberId()
    this.group = subscription.group
    this.topics = subscription.topics
    this.#gate = new FlowGate(subscription.maxInFlight)
    this.#assignment.end()
  }

  /** Something may be there to fetch. */
  wake(): void {
    if (this.#next !== undefined || !this.#isMember) return
    if (!this.#hasMore() || !this.#gate.isOpenAt(this.#assignment.inFlight)) return
    this.#next = this.#clock.after(0, () => {
      this.#next = undefined
      this.#handOver()
      this.wake()
    })
  }

  beginAssignment(share: Readonly<Record<string, readonly number[]>>): void {
    this.#assignment = new PartitionAssignment((held) => this.#completed(held))
    this.#readings = Object.entries(share).flatMap(([topic, partitions]) =>
      partitions.map((partition) => this.#read(topic, partition)),
    )
    this.wake()
  }

  #read(topic: string, partition: number): Reading {
    const position = this.#broker.positionOf(this.group, topic, partition)
    const log = at(this.#broker.logs(topic), partition)
    return { held: this.#assignment.hold(topic, partition, position), log, position }
  }

  endAssignment(): void {
    this.#commit()
    this.#assignment.end()
    this.#readings = []
  }

  #hasMore(): boolean {
    return this.#broker.isReachable && this.#readings.some(({ position, log }) => position < log.end)
  }

  #handOver(): void {
    const deliveries = this.#fetch()
    if (deliveries.length === 0) return
    this.#assignment.inFlight += deliveries.length
    try {
      this.#subscription.receive(deliveries)
    } catch (error) {
      const { group } = this.#subscription
      this.#broker.logger.error(
        'a receiver threw, its records come again after the next rebalance or start',
        {
          group,
          error: messageOf(error),
        },
      )
    }
  }

  #fetch(): readonly Delivery[] {
    const deliveries: Delivery[] = []
    if (!this.#broker.isReachable || !this.#isMember) return deliveries
    if (!this.#gate.isOpenAt(this.#assignment.inFlight)) return deliveries
    const most = Math.ceil(this.#broker.fetchRecords / Math.max(1, this.#readings.length))
    for (const reading of this.#readings) take(reading, most, deliveries)
    return deliveries
  }

  #completed(held: HeldPartition): void {
    if (this.#broker.commitIntervalMs === 0) this.#commitOne(held)
    else this.#commitTimer ??= this.#clock.after(this.#broker.commitIntervalMs, () => this.#commit())
    this.wake()
  }

  #commit(): void {
    this.#commitTimer?.cancel()
    this.#commitTimer = undefined
    if (this.#assignment.isCurrent) for (const held of this.#assignment.held()) this.#commitOne(held)
  }

  #commitOne(held: HeldPartition): void {
    const { watermark } = held.tracker
    if (watermark <= held.committed || !this.#broker.isReachable) return
    if (this.#broker.commit(this, held.topic, held.partition, watermark) === 'kept')
      held.committed = watermark
  }

  pause(): void {
    this.#gate.shut()
  }

  isJoined(): boolean {
    return this.#isMember
  }

  lag(): ReturnType<Consumer['lag']> {
    return this.#readings.map(({ held, log }) => ({
      topic: held.topic,
      partition: held.partition,
      records: log.end - held.tracker.watermark,
    }))
  }

  async stop(): Promise<void> {
    if (!this.#isMember) return
    this.#end()
    this.endAssignment()
    this.#broker.leave(this)
  }

  /** Dies as by SIGKILL: nothing is committed, and the group notices after the session time-out. */
  crash(): void {
    if (!this.#isMember) return
    this.#end()
    this.#commitTimer?.cancel()
    this.#assignment.end()
    this.#broker.clock.after(this.#broker.sessionTimeoutMs, () => this.#broker.leave(this))
  }

  /** The group takes it for dead and goes on without it, which it does not know: it goes on too. */
  expel(): void {
    this.#broker.leave(this)
  }

  /** Has heard that it was expelled, and joins anew: what it had in hand is no longer its own. */
  rejoin(): void {
    if (!this.#isMember || this.#broker.isMember(this)) return
    this.#commitTimer?.cancel()
    this.#commitTimer = undefined
    this.#assignment.end()
    this.#readings = []
    this.#broker.join(this)
  }

  #end(): void {
    this.#isMember = false
    this.#next?.cancel()
    this.#next = undefined
  }
}

function take(reading: Reading, most: number, deliveries: Delivery[]): void {
  const end = Math.min(reading.log.end, reading.position + most)
  // A tail may have dropped what nobody had read.
  reading.position = Math.max(reading.position, reading.log.start)
  for (; reading.position < end; reading.position++) {
    const record = reading.log.at(reading.position)
    if (record === undefined) continue
    const number = reading.held.tracker.take(reading.position)
    deliveries.push(new MemoryDelivery(record, reading.held, number, reading.position))
  }
}
