// One member of a consumer group: fetches, hands over, and commits what is complete.

import type { EachBatchPayload, Kafka, Consumer as KafkaJsConsumer } from 'kafkajs'
import { Fault, messageOf } from '../../base/fault.ts'
import { type CommitRequest, PartitionAssignment } from '../../base/partition-assignment.ts'
import type { Timer } from '../../ports/clock.ts'
import type { Consumer, Subscription } from '../../ports/transport.ts'
import { coPartitionAssigner } from './co-partition-assigner.ts'
import { FetchFence } from './fetch-fence.ts'
import { FetchThrottle } from './fetch-throttle.ts'
import { retriesOf } from './kafka-client.ts'
import { KafkaDelivery } from './kafka-delivery.ts'
import { kafkaFault } from './kafka-fault.ts'
import type { KafkaSettings, KafkaSurroundings } from './kafka-options.ts'
import { StallWatch } from './stall-watch.ts'

type Commit = (request: CommitRequest) => Promise<void>

/**
 * The rules it keeps (docs/decisions, DESIGN §7): `eachBatch` only enqueues, so heartbeats never wait for
 * work; offsets are committed beside the fetch path; each join begins a new assignment, and what belongs
 * to an older one touches nothing; no exception reaches kafkajs.
 */
export class KafkaConsumer implements Consumer {
  readonly #settings: KafkaSettings
  readonly #surroundings: KafkaSurroundings
  readonly #subscription: Subscription
  readonly #consumer: KafkaJsConsumer
  readonly #fence = new FetchFence()
  readonly #watch: StallWatch
  readonly #throttle: FetchThrottle
  #assignment = new PartitionAssignment(() => {})
  #assigned: Readonly<Record<string, readonly number[]>> = {}
  #commit: Commit | undefined
  #committing = false
  #commitTimer: Timer | undefined
  #fenceTimer: Timer | undefined
  #isJoined = false
  #stopped: Promise<void> | undefined
  #fatal: Error | undefined
  #hasJoined = false
  /** Settled by the first assignment, or by what makes that there will be none. */
  readonly #joining = Promise.withResolvers<void>()

  private constructor(
    kafka: Kafka,
    settings: KafkaSettings,
    surroundings: KafkaSurroundings,
    subscription: Subscription,
  ) {
    this.#settings = settings
    this.#surroundings = surroundings
    this.#subscription = subscription
    this.#assignment.end()
    this.#watch = new StallWatch(surroundings.clock, settings.stallMs, () =>
      this.#die(
        new Fault('TRANSPORT_UNAVAILABLE', `consumer of ${subscription.group} shows no sign of life`),
      ),
    )
    this.#consumer = kafka.consumer({
      groupId: subscription.group,
      partitionAssigners: [coPartitionAssigner],
      sessionTimeout: settings.sessionTimeoutMs,
      heartbeatInterval: settings.heartbeatIntervalMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      maxWaitTimeInMs: settings.fetchWaitMs,
      allowAutoTopicCreation: false,
      retry: retriesOf(settings),
    })
    // It may be rejected before anybody waits for it.
    this.#joining.promise.catch(() => {})
    this.#throttle = new FetchThrottle({ ...subscription, maxSpan: settings.maxSpan }, this.#consumer)
    this.#listen()
  }

  /**
   * Resolves when the member has joined its group; aborting `signal` gives up. Rejects with
   * TRANSPORT_UNAVAILABLE or TRANSPORT_REFUSED when the broker does not let it.
   */
  static async join(
    kafka: Kafka,
    settings: KafkaSettings,
    surroundings: KafkaSurroundings,
    subscription: Subscription,
    signal: AbortSignal,
  ): Promise<KafkaConsumer> {
    const member = new KafkaConsumer(kafka, settings, surroundings, subscription)
    const giveUp = () => member.#joining.reject(new Fault('TRANSPORT_UNAVAILABLE', 'the transport is closed'))
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      await member.#run()
    } catch (error) {
      await member.stop()
      throw kafkaFault(error, `group ${subscription.group} cannot be joined`)
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
    return member
  }

  async #run(): Promise<void> {
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topics: [...this.#subscription.topics], fromBeginning: true })
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => this.#take(payload),
    })
    // kafkajs comes back when it could not join and will try again by itself.
    await this.#joining.promise
    this.#commitLater()
  }

  #listen(): void {
    const { events, on } = this.#consumer
    const beat = () => this.#watch.beat()
    for (const sign of [events.FETCH, events.HEARTBEAT, events.END_BATCH_PROCESS] as const) on(sign, beat)
    on(events.FETCH_START, ({ payload }) => {
      beat()
      this.#fence.began(payload.nodeId)
    })
    on(events.REBALANCING, () => {
      beat()
      this.#leaveAssignment()
    })
    on(events.GROUP_JOIN, ({ payload }) => {
      beat()
      this.#beginAssignment(payload.memberAssignment)
    })
    on(events.CRASH, ({ payload }) => {
      beat()
      this.#loseAssignment()
      if (!payload.restart) this.#die(payload.error)
    })
  }

  /** The group is about to share out anew: what is complete is committed now, a later commit would come too late. */
  #leaveAssignment(): void {
    void this.#commitNow()
    this.#loseAssignment()
  }

  #loseAssignment(): void {
    this.#assignment.end()
    this.#isJoined = false
  }

  #beginAssignment(assigned: Readonly<Record<string, readonly number[]>>): void {
    this.#hasJoined = true
    this.#joining.resolve()
    if (this.#stopped !== undefined) return
    this.#assignment.end()
    this.#assignment = new PartitionAssignment(() => this.#throttleNow())
    this.#assigned = assigned
    this.#isJoined = true
    this.#fence.joined()
    this.#fenceTimer?.cancel()
    this.#fenceTimer = this.#surroundings.clock.after(this.#settings.requestTimeoutMs + 1_000, () =>
      this.#fence.lift(),
    )
    this.#throttle.reset()
  }

  /** Nothing may be thrown from here: kafkajs would start the consumer anew, or end it for good. */
  #take(payload: EachBatchPayload): void {
    try {
      if (this.#stopped !== undefined || !this.#assignment.isCurrent || this.#fence.isDown) return
      const deliveries = this.#enqueue(payload)
      this.#throttleNow()
      this.#subscription.receive(deliveries)
    } catch (error) {
      this.#receiverFailed(payload, error)
    }
  }

  #enqueue({ batch, resolveOffset, commitOffsetsIfNecessary }: EachBatchPayload): readonly KafkaDelivery[] {
    const { messages } = batch
    const first = messages[0]
    const last = messages.at(-1)
    if (first === undefined || last === undefined) return []
    this.#commit = commitOffsetsIfNecessary
    const held = this.#assignment.hold(batch.topic, batch.partition, Number(first.offset))
    held.highWatermark = Number(batch.highWatermark)
    const deliveries = messages.map(
      (message) => new KafkaDelivery(message, held, held.tracker.take(Number(message.offset))),
    )
    this.#assignment.inFlight += deliveries.length
    resolveOffset(last.offset)
    this.#throttle.restIfWide(held)
    return deliveries
  }

  /** The records stay in flight: their offset is not passed, and they come again with the next assignment. */
  #receiverFailed({ batch }: EachBatchPayload, error: unknown): void {
    const { meter, logger } = this.#surroundings
    const labels = { group: this.#subscription.group }
    meter
      .counter({
        name: 'transport_receiver_failures_total',
        help: 'Fetches whose receiver threw; their records stay in flight until the next rebalance or start',
        labels: ['group'],
      })
      .add(1, labels)
    const { topic, partition } = batch
    logger.error('a receiver threw, its records come again after the next rebalance or start', {
      ...labels,
      topic,
      partition,
      offset: batch.firstOffset(),
      error: messageOf(error),
    })
  }

  #throttleNow(): void {
    if (this.#isJoined && this.#stopped === undefined) this.#throttle.update(this.#assignment.inFlight)
  }

  #commitLater(): void {
    this.#commitTimer = this.#surroundings.clock.after(this.#settings.commitIntervalMs, () => {
      if (!this.#committing) void this.#commitNow()
      this.#commitLater()
    })
  }

  /** Commits once, never again by itself: a repeated commit would go out under a generation it does not belong to. */
  async #commitNow(): Promise<void> {
    const uncommitted = this.#assignment.isCurrent ? this.#assignment.uncommitted() : undefined
    if (uncommitted === undefined || this.#commit === undefined) return
    this.#committing = true
    try {
      await this.#commit(uncommitted.request)
      uncommitted.keep()
    } catch (error) {
      const { group } = this.#subscription
      this.#surroundings.logger.debug('offsets were not committed', { group, error: messageOf(error) })
    } finally {
      this.#committing = false
    }
  }

  #die(error: Error): void {
    if (this.#fatal !== undefined || this.#stopped !== undefined) return
    this.#fatal = error
    this.#loseAssignment()
    // Who never was a member is told by `join`: a broker that has just started has no coordinator yet.
    if (!this.#hasJoined) return this.#joining.reject(error)
    const { group } = this.#subscription
    this.#surroundings.logger.error('a consumer is dead for good', { group, error: messageOf(error) })
    this.#surroundings.onFatal(error)
  }

  pause(): void {
    this.#throttle.shut()
    this.#throttleNow()
  }

  isJoined(): boolean {
    return this.#isJoined
  }

  lag(): ReturnType<Consumer['lag']> {
    const { isCurrent } = this.#assignment
    if (!isCurrent) return []
    const behind = new Map<string, number>()
    for (const { topic, partition, highWatermark, tracker } of this.#assignment.held()) {
      behind.set(`${topic}/${partition}`, Math.max(0, highWatermark - tracker.watermark))
    }
    return Object.entries(this.#assigned).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({
        topic,
        partition,
        records: behind.get(`${topic}/${partition}`) ?? 0,
      })),
    )
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#leave()
    return this.#stopped
  }

  async #leave(): Promise<void> {
    this.#commitTimer?.cancel()
    this.#fenceTimer?.cancel()
    this.#watch.stop()
    await this.#commitNow()
    this.#loseAssignment()
    await this.#consumer.disconnect().catch((error) => {
      const { group } = this.#subscription
      this.#surroundings.logger.warn('a consumer did not leave in peace', { group, error: messageOf(error) })
    })
  }
}
