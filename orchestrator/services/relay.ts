// Publishes what commits say, in the order they were kept, and remembers in the store what is out.

import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { OutgoingRecord, Transport } from '../../shared/ports/transport.ts'
import { insist } from '../../shared/service/insist.ts'
import { Pump } from '../../shared/service/pump.ts'
import type { RunStore } from '../ports/run-store.ts'
import type { Branch } from './branch.ts'

/** Commit number `version` of a run with its events. */
export interface Outgoing {
  readonly runId: string
  readonly version: number
  readonly id: string
  /** Lost, when the store says that it does not have the commit; nothing more of it is published then. */
  readonly branch: Branch
  readonly records: readonly OutgoingRecord[]
  /** The store knows already that everything up to here is out: without records there is nothing to do. */
  readonly isMarked?: boolean
  /** Called once its events are stored by the broker and the store knows it, or the branch is lost. */
  readonly relayed?: () => void
}

export interface RelayParts {
  readonly transport: Pick<Transport, 'publish'>
  readonly store: Pick<RunStore, 'markRelayed'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** At most this many records go into one call of the transport. */
const batchRecords = 8_000

/**
 * One batch is on its way at a time; what comes meanwhile is the next batch, and an idle relay adds no
 * delay. A batch is tried again until it is out or the relay is stopped: nothing else may be lost here,
 * because the offsets of the answers behind it are only committed when `relayed` was called.
 */
export class Relay {
  readonly #parts: RelayParts
  readonly #queue: Outgoing[] = []
  readonly #pump = new Pump({
    isWaiting: () => this.#queue.length > 0,
    workOff: () => this.#relayBatch(this.#takeBatch()),
  })
  #waitingRecords = 0
  #roomWaiters: (() => void)[] = []

  constructor(parts: RelayParts) {
    this.#parts = parts
  }

  /** Takes commits of a run in the order of their versions. */
  offer(outgoing: Outgoing): void {
    this.#queue.push(outgoing)
    this.#waitingRecords += outgoing.records.length
    this.#pump.wake()
  }

  /** Events that wait to be published. */
  get depth(): number {
    return this.#waitingRecords
  }

  /** Resolves when fewer than `records` events wait, or `signal` is aborted: for who could otherwise offer without end. */
  async room(records: number, signal: AbortSignal): Promise<void> {
    if (this.#waitingRecords < records) return
    const wake = () => this.#wakeWaiters()
    signal.addEventListener('abort', wake)
    while (this.#waitingRecords >= records && !signal.aborted && !this.#pump.stopping.aborted) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve))
    }
    signal.removeEventListener('abort', wake)
  }

  /** Resolves when nothing waits any more. */
  drained(): Promise<void> {
    return this.#pump.drained()
  }

  /** Gives up what is not out; it is still in the store's outbox. */
  async stop(): Promise<void> {
    const stopped = this.#pump.stop()
    this.#wakeWaiters()
    await stopped
  }

  #takeBatch(): readonly Outgoing[] {
    let records = 0
    let count = 0
    while (count < this.#queue.length && records < batchRecords)
      records += this.#queue[count++]?.records.length ?? 0
    return this.#queue.splice(0, count)
  }

  async #relayBatch(batch: readonly Outgoing[]): Promise<void> {
    const living = batch.filter(
      ({ branch, records, isMarked }) => !branch.isLost && (records.length > 0 || isMarked === false),
    )
    const done = living.length === 0 || (await this.#publish(living))
    for (const { records } of batch) this.#waitingRecords -= records.length
    if (done) for (const outgoing of batch) outgoing.relayed?.()
    this.#wakeWaiters()
  }

  async #publish(living: readonly Outgoing[]): Promise<boolean> {
    const { transport, store } = this.#parts
    // Refused is tried again like unavailable: the events are facts already, and an operator can mend a topic.
    const persistence = { ...this.#parts, signal: this.#pump.stopping, worthwhile: () => true }
    const records = living.flatMap((outgoing) => outgoing.records)
    if (records.length > 0) {
      const published = await insist('publish events', () => transport.publish(records), persistence)
      if (published === 'stopped') return false
    }
    const newest = newestOf(living)
    const marks = newest.map(({ runId, version, id }) => ({ runId, version, id }))
    const known = await insist('mark events as relayed', () => store.markRelayed(marks), persistence)
    if (known === 'stopped') return false
    for (const [index, { branch }] of newest.entries()) if (known[index] === false) branch.isLost = true
    return true
  }

  #wakeWaiters(): void {
    const waiters = this.#roomWaiters
    this.#roomWaiters = []
    for (const wake of waiters) wake()
  }
}

/** The newest commit of each branch: whoever has it has all before it. */
function newestOf(batch: readonly Outgoing[]): readonly Outgoing[] {
  return [...new Map(batch.map((outgoing) => [outgoing.branch, outgoing])).values()]
}
