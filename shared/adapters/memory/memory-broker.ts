// Kafka in one process, as far as the house can tell: topics, partitions, groups and their offsets.

import { assert, at } from '../../base/assert.ts'
import { coPartition } from '../../base/co-partition.ts'
import { Fault } from '../../base/fault.ts'
import { hashFraction } from '../../base/random.ts'
import type { Clock } from '../../ports/clock.ts'
import { type Logger, silentLogger } from '../../ports/logger.ts'
import type { KeptRecord, RecordKeep } from '../../ports/record-keep.ts'
import type { OutgoingRecord } from '../../ports/transport.ts'
import { MemoryLog } from './memory-log.ts'

export interface MemoryBrokerOptions {
  readonly clock: Clock
  readonly logger?: Logger
  /** Partitions of each topic. Default 4. */
  readonly partitions?: number
  /** Topics of which nothing is ever dropped. */
  readonly keep?: ReadonlySet<string>
  /** Topics of which only so many records a partition are kept, read or not: for those that nobody has to read. */
  readonly tails?: ReadonlyMap<string, number>
  /** Keeps the records of its topics beyond this process; they are stored there before a publish resolves. */
  readonly recordKeep?: RecordKeep | undefined
  /** Records handed over at once, at most. Default 500. */
  readonly fetchRecords?: number
  /** How late completions are committed, and thus how much a crash repeats. Default 0: at once. */
  readonly commitIntervalMs?: number
  /** How long after a crash the group goes on without the dead member. Default 0. */
  readonly sessionTimeoutMs?: number
  /** A larger record is refused, as by Kafka. Default 1 MiB. */
  readonly maxRecordBytes?: number
}

/** A member of a group, as the broker needs it. */
export interface GroupMember {
  readonly memberId: string
  readonly group: string
  readonly topics: readonly string[]
  /** Something may be there to fetch. */
  wake(): void
  /** Commits what is complete; completions of this assignment count no more. */
  endAssignment(): void
  beginAssignment(share: Readonly<Record<string, readonly number[]>>): void
}

interface Group {
  readonly committed: Map<string, number[]>
  members: GroupMember[]
}

/** Shared by the transports of one process. Topics come into being when they are first named. */
export class MemoryBroker {
  readonly clock: Clock
  readonly logger: Logger
  readonly fetchRecords: number
  readonly commitIntervalMs: number
  readonly sessionTimeoutMs: number
  readonly recordKeep: RecordKeep | undefined
  readonly #options: MemoryBrokerOptions
  readonly #partitions: number
  readonly #maxRecordBytes: number
  readonly #topics = new Map<string, MemoryLog[]>()
  readonly #groups = new Map<string, Group>()
  #isReachable = true
  #joined = 0

  constructor(options: MemoryBrokerOptions) {
    this.#options = options
    this.clock = options.clock
    this.recordKeep = options.recordKeep
    this.logger = options.logger ?? silentLogger
    this.fetchRecords = options.fetchRecords ?? 500
    this.commitIntervalMs = options.commitIntervalMs ?? 0
    this.sessionTimeoutMs = options.sessionTimeoutMs ?? 0
    this.#partitions = options.partitions ?? 4
    this.#maxRecordBytes = options.maxRecordBytes ?? 1_048_576
  }

  /** Takes the broker off the network, or puts it back: calls fail and nothing is delivered meanwhile. */
  setReachable(isReachable: boolean): void {
    this.#isReachable = isReachable
    if (isReachable)
      for (const { members } of this.#groups.values()) for (const member of members) member.wake()
  }

  get isReachable(): boolean {
    return this.#isReachable
  }

  /** Throws TRANSPORT_UNAVAILABLE while the broker is off the network. */
  ask(): void {
    if (!this.#isReachable) throw new Fault('TRANSPORT_UNAVAILABLE', 'no broker answers')
  }

  /**
   * Throws TRANSPORT_REFUSED, and stores nothing of the call, when a record is too large, and as RecordKeep
   * when what must be kept cannot be.
   */
  append(records: readonly OutgoingRecord[]): void {
    this.ask()
    for (const record of records) this.#measure(record)
    // What goes with a kept record is only seen when that one is safe: all of a call is, or nothing.
    this.#keep(records)
    for (const { topic, key, value, headers } of records) {
      const log = at(this.logs(topic), this.partitionOf(key))
      if (this.#isKept(topic) && !this.#isRead(topic)) log.pass()
      else log.append({ key, value, headers: headers ?? {}, timestampMs: this.clock.nowMs() })
    }
    this.#wakeReaders(new Set(records.map(({ topic }) => topic)))
  }

  #keep(records: readonly OutgoingRecord[]): void {
    const kept: KeptRecord[] = []
    const given = new Map<MemoryLog, number>()
    const timestampMs = this.clock.nowMs()
    for (const { topic, key, value, headers = {} } of records) {
      if (!this.#isKept(topic)) continue
      const partition = this.partitionOf(key)
      const log = at(this.logs(topic), partition)
      const offset = log.end + (given.get(log) ?? 0)
      given.set(log, offset + 1 - log.end)
      kept.push({ topic, partition, offset, key, value, headers, timestampMs })
    }
    if (kept.length > 0) this.recordKeep?.append(kept)
  }

  #isKept(topic: string): boolean {
    return this.recordKeep?.topics.has(topic) === true
  }

  #isRead(topic: string): boolean {
    for (const { committed } of this.#groups.values()) if (committed.has(topic)) return true
    return false
  }

  /** Of a kept topic they begin with what comes now: what was before is read from where it is kept. */
  logs(topic: string): readonly MemoryLog[] {
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    const tail = this.#options.tails?.get(topic) ?? Number.POSITIVE_INFINITY
    const keep = this.#isKept(topic) ? this.recordKeep : undefined
    const logs = Array.from(
      { length: this.#partitions },
      (_, partition) => new MemoryLog(tail, keep?.end(topic, partition)),
    )
    this.#topics.set(topic, logs)
    return logs
  }

  partitionOf(key: string): number {
    return Math.floor(hashFraction(key) * this.#partitions)
  }

  /** Where the group goes on reading: its committed offset, else the beginning. */
  positionOf(groupName: string, topic: string, partition: number): number {
    const committed = this.#group(groupName).committed.get(topic)?.[partition] ?? 0
    return Math.max(committed, at(this.logs(topic), partition).start)
  }

  /**
   * The group's offsets never move back: a member commits only what it holds, and who is no member any more is
   * refused, as by Kafka.
   */
  commit(member: GroupMember, topic: string, partition: number, offset: number): 'kept' | 'refused' {
    const { committed, members } = this.#group(member.group)
    if (!members.includes(member)) return 'refused'
    at(committed.get(topic) ?? [], partition)
    const offsets = committed.get(topic) ?? []
    offsets[partition] = offset
    if (!this.#options.keep?.has(topic)) this.#release(topic, partition)
    return 'kept'
  }

  /** A name for a member, in the order of joining. */
  join(member: GroupMember): void {
    this.ask()
    const group = this.#group(member.group)
    for (const topic of member.topics) {
      if (!group.committed.has(topic))
        group.committed.set(
          topic,
          this.logs(topic).map(() => 0),
        )
    }
    group.members.push(member)
    this.#rebalance(group)
  }

  leave(member: GroupMember): void {
    const group = this.#group(member.group)
    if (!group.members.includes(member)) return
    group.members = group.members.filter((other) => other !== member)
    this.#rebalance(group)
  }

  isMember(member: GroupMember): boolean {
    return this.#group(member.group).members.includes(member)
  }

  hasConsumers(topic: string): boolean {
    this.ask()
    return [...this.#groups.values()].some(({ members }) =>
      members.some(({ topics }) => topics.includes(topic)),
    )
  }

  nextMemberId(): string {
    return `member-${String(this.#joined++).padStart(9, '0')}`
  }

  /** Eager, as Kafka's classic protocol: every member commits, loses all, and gets its new share. */
  #rebalance(group: Group): void {
    for (const member of group.members) member.endAssignment()
    const subscriptions = group.members.map(({ memberId, topics }) => ({ memberId, topics }))
    const shares = coPartition(subscriptions, (topic) => [...this.logs(topic).keys()])
    for (const member of group.members) member.beginAssignment(shares.get(member.memberId) ?? {})
  }

  #group(name: string): Group {
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    const group: Group = { committed: new Map(), members: [] }
    this.#groups.set(name, group)
    return group
  }

  #release(topic: string, partition: number): void {
    let lowest = Number.POSITIVE_INFINITY
    for (const { committed } of this.#groups.values()) {
      const offset = committed.get(topic)?.[partition]
      if (offset !== undefined && offset < lowest) lowest = offset
    }
    assert(lowest !== Number.POSITIVE_INFINITY, 'a commit belongs to a group')
    at(this.logs(topic), partition).release(lowest)
  }

  #wakeReaders(topics: ReadonlySet<string>): void {
    for (const { members, committed } of this.#groups.values()) {
      for (const topic of topics) {
        if (committed.has(topic)) for (const member of members) member.wake()
      }
    }
  }

  #measure({ key, value, topic }: OutgoingRecord): void {
    // No text has more than three bytes a unit: most records need not be counted.
    if (value.length * 3 < this.#maxRecordBytes) return
    const bytes = Buffer.byteLength(value) + Buffer.byteLength(key)
    if (bytes > this.#maxRecordBytes) {
      throw new Fault(
        'TRANSPORT_REFUSED',
        `a record for ${topic} has ${bytes} bytes, at most ${this.#maxRecordBytes} are taken`,
      )
    }
  }
}
