// What the tests of a transport share: a topic, a group, records, and ways to look at them.

import { afterEach, beforeEach } from 'vitest'
import type { Consumer, OutgoingRecord, ScannedRecord, Transport } from '../../shared/ports/transport.ts'
import { Inbox } from '../support/inbox.ts'

export interface TransportHarness {
  /** Another client of the same broker. */
  client(): Transport
  /** A client whose broker does not answer. */
  strandedClient(): Transport
  /** Creates a topic of several partitions under a name that was not there. */
  topic(): Promise<string>
  /** A name of a group that was not there. */
  group(): string
  /** Larger than any record that the broker takes, in bytes. */
  readonly tooManyBytes: number
  close(): Promise<void>
}

export const plenty = 10_000

/** Made anew for each test by `transportScene`. */
export class TransportScene {
  readonly harness: TransportHarness
  readonly transport: Transport
  readonly topic: string
  readonly group: string

  constructor(harness: TransportHarness, topic: string) {
    this.harness = harness
    this.transport = harness.client()
    this.topic = topic
    this.group = harness.group()
  }

  record(value: string, key = 'one'): OutgoingRecord {
    return { topic: this.topic, key, value }
  }

  /** Records of one key: 0, 1, 2 … or a0, a1, a2 … */
  numbered(count: number, key?: string): readonly OutgoingRecord[] {
    return Array.from({ length: count }, (_, index) => this.record(`${key ?? ''}${index}`, key ?? 'one'))
  }

  /** Records of as many keys. */
  spread(count: number): readonly OutgoingRecord[] {
    return Array.from({ length: count }, (_, index) => this.record(`${index}`, `k${index}`))
  }

  read(inbox: Inbox, maxInFlight = plenty, by = this.transport, group = this.group): Promise<Consumer> {
    return by.subscribe({ group, topics: [this.topic], maxInFlight, receive: inbox.receive })
  }

  /** What a new member of the group is given, up to a marker that is published now. */
  async comesAgain(): Promise<readonly string[]> {
    const inbox = new Inbox(true)
    const consumer = await this.read(inbox)
    await this.transport.publish([this.record('marker')])
    await inbox.all(['marker'])
    await consumer.stop()
    return inbox.values.filter((value) => value !== 'marker')
  }

  async scanned(key?: string): Promise<readonly ScannedRecord[]> {
    const records: ScannedRecord[] = []
    await this.transport.scan(this.topic, key, (each) => records.push(each))
    return records
  }
}

export function valuesOf(records: readonly OutgoingRecord[]): readonly string[] {
  return records.map(({ value }) => String(value))
}

/** To be called within `describe`: opens a scene before each test, closes it after. */
export function transportScene(open: () => Promise<TransportHarness>): () => TransportScene {
  let scene: TransportScene
  beforeEach(async () => {
    const harness = await open()
    scene = new TransportScene(harness, await harness.topic())
  })
  afterEach(() => scene.harness.close())
  return () => scene
}
