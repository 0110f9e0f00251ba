// The rules for kafkajs (DESIGN §7), each against the fault it was learnt from, on a real broker.

import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AnswerIntake } from '../../orchestrator/services/answer-intake.ts'
import type { Work } from '../../orchestrator/services/live-runs.ts'
import { KafkaTopics } from '../../shared/adapters/kafka/kafka-topics.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { assert } from '../../shared/base/assert.ts'
import { deadLetter } from '../../shared/events/dead-letter.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import type { Delivery, OutgoingRecord, ScannedRecord, Transport } from '../../shared/ports/transport.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { Inbox, textOf } from '../support/inbox.ts'
import { KafkaHouse, sessionTimeoutMs, subscription } from '../support/kafka-house.ts'

const partitions = 4

describeWithBrokers('a consumer on Kafka', ({ kafka }) => {
  const names = ownNames('rules')
  const topics = new KafkaTopics({ brokers: [kafka], clientId: 'test' })
  let house: KafkaHouse
  let count = 0
  let topic: string
  let group: string

  beforeEach(async () => {
    house = new KafkaHouse(kafka)
    topic = names.of(`topic-${count}`)
    group = names.of(`group-${count++}`)
    await topics.create([{ name: topic, partitions }])
  })
  afterEach(() => house.close())
  afterAll(() => topics.close())

  const record = (value: string, key = 'one'): OutgoingRecord => ({ topic, key, value })
  const spread = (size: number, from = 0) =>
    Array.from({ length: size }, (_, index) => record(`${from + index}`, `k${from + index}`))
  const positions = () => topics.positions(group, [topic])
  const lag = async () => (await positions()).reduce((sum, each) => sum + each.lag, 0)
  const untilAllIsCommitted = () =>
    vi.waitFor(async () => expect(await lag()).toBe(0), { timeout: 20_000, interval: 20 })

  it('keeps its record and its place when a handler takes three times the session time-out', async () => {
    const transport = house.client()
    const inbox = new Inbox()
    await transport.subscribe(subscription(group, topic, inbox))
    await transport.publish([record('slow')])
    await inbox.count(1)
    const [slow] = inbox.deliveries
    // The same member goes on all the while: each record it gets is later than the one before.
    let latest = slow
    while (latest && slow && latest.timestampMs < slow.timestampMs + 3 * sessionTimeoutMs) {
      const next = inbox.deliveries.length + 1
      await transport.publish([record('quick', `k${next}`)])
      await inbox.count(next)
      latest = inbox.deliveries.at(-1)
      latest?.complete()
    }
    expect(slow?.isCurrent()).toBe(true)
    expect(inbox.values.filter((value) => value === 'slow')).toHaveLength(1)
    slow?.complete()
    await untilAllIsCommitted()
  })

  it('is not held up by one slow partition, nor by a slow record within it', async () => {
    const transport = house.client()
    const inbox = new Inbox()
    await transport.subscribe(subscription(group, topic, inbox))
    await transport.publish([record('slow')])
    await inbox.count(1)
    const [slow] = inbox.deliveries
    await transport.publish([...spread(200), record('behind the slow one')])
    await inbox.count(202)
    for (const delivery of inbox.deliveries) if (delivery !== slow) delivery.complete()
    const others = async () => (await positions()).filter(({ partition }) => partition !== slow?.partition)
    await vi.waitFor(async () => expect((await others()).map((each) => each.lag)).toEqual([0, 0, 0]), 20_000)
    const held = (await positions()).find(({ partition }) => partition === slow?.partition)
    expect(held?.lag).toBe((held?.end ?? 0) - Number(slow?.offset))
  })

  it.for([
    ['an Error', new Error('broken')],
    ['a TypeError', new TypeError('broken')],
    ['nothing at all', undefined],
  ] as const)('lives on when a handler throws %s, and the records come again', async ([, thrown]) => {
    const transport = house.client()
    const inbox = new Inbox(true)
    const receive = (deliveries: readonly Delivery[]) => {
      if (deliveries.some((delivery) => textOf(delivery) === 'bad')) throw thrown
      inbox.receive(deliveries)
    }
    const consumer = await transport.subscribe({ group, topics: [topic], maxInFlight: 100, receive })
    await transport.publish([record('bad')])
    for (let index = 0; index < 20; index++) await transport.publish([record(`good ${index}`, `k${index}`)])
    await inbox.all(['good 19'])
    expect(consumer.isJoined()).toBe(true)
    expect(house.fatals).toEqual([])
    expect(house.logger.messages('error')).toContainEqual(expect.stringContaining('a receiver threw'))
    await consumer.stop()
    const next = new Inbox()
    await transport.subscribe(subscription(group, topic, next))
    await next.all(['bad'])
  })

  it('loses nothing when a second member joins under load, and repeats at most what was in flight', async () => {
    const inFlight = 100
    const finished: string[] = []
    const members = [new Pool(inFlight, finished), new Pool(inFlight, finished)]
    const join = (pool: Pool, transport: Transport) =>
      transport.subscribe({ group, topics: [topic], maxInFlight: 1_000, receive: pool.receive })
    await join(members[0] as Pool, house.client())
    const publisher = house.client()
    const total = 4_000
    let joining: Promise<unknown> | undefined
    for (let from = 0; from < total; from += 50) {
      await publisher.publish(spread(50, from))
      if (from === 1_000) joining = join(members[1] as Pool, house.client())
    }
    await joining
    await vi.waitFor(
      async () => {
        for (const pool of members) pool.finishAll()
        expect(new Set(finished).size).toBe(total)
        expect(await lag()).toBe(0)
      },
      { timeout: 30_000, interval: 20 },
    )
    const received = members.reduce((sum, pool) => sum + pool.received, 0)
    expect((members[1] as Pool).received).toBeGreaterThan(0)
    expect(received - total).toBeLessThanOrEqual(inFlight)
    expect(finished).toHaveLength(total)
  })

  it('never moves an offset back that another member has moved on', async () => {
    const [first, second] = [new Inbox(), new Inbox(true)]
    const firstClient = house.client()
    await firstClient.publish(spread(80))
    const member = await firstClient.subscribe(subscription(group, topic, first))
    await first.count(80)
    const stale = first.deliveries.slice()
    await house.client().subscribe(subscription(group, topic, second))
    const again = () => new Set([...first.values.slice(80), ...second.values]).size === 80
    await Promise.race([first.until(again), second.until(again)])
    for (const delivery of first.deliveries.slice(80)) delivery.complete()
    await untilAllIsCommitted()
    const before = await positions()
    // Now the first member completes what it no longer owns, and commits what it does own.
    for (const delivery of stale.slice(0, 20)) delivery.complete()
    await firstClient.publish(spread(40, 80))
    const all = () => new Set([...first.values.slice(80), ...second.values]).size === 120
    await Promise.race([first.until(all), second.until(all)])
    for (const delivery of first.deliveries.slice(80)) delivery.complete()
    await untilAllIsCommitted()
    await member.stop()
    const after = await positions()
    for (const [index, { committed }] of before.entries()) {
      expect(after[index]?.committed).toBeGreaterThanOrEqual(committed ?? 0)
    }
    expect(await lag()).toBe(0)
  })

  it.for([
    ['too much was in flight', 5, {}],
    ['its head was not done', 10_000, { maxSpan: 5 }],
  ] as const)(
    'fetches a partition again that was paused because %s, lost and regained',
    async ([, most, options]) => {
      const [first, second] = [new Inbox(), new Inbox()]
      const transport = house.client(options)
      await transport.publish(spread(40))
      await transport.subscribe(subscription(group, topic, first, most))
      await first.count(6)
      const passing = await house.client().subscribe(subscription(group, topic, second, most))
      await second.count(1)
      const paused = first.deliveries.length
      await passing.stop()
      const regained = () => first.deliveries.slice(paused)
      await first.until(() => {
        for (const delivery of regained()) delivery.complete()
        return new Set(regained().map(textOf)).size === 40
      })
      await untilAllIsCommitted()
    },
  )

  it('rests a partition whose head is not done, keeps fetching the others, and wakes it when the head is', async () => {
    const transport = house.client({ maxSpan: 100 })
    const inbox = new Inbox()
    await transport.publish(spread(20))
    await transport.subscribe(subscription(group, topic, inbox))
    await inbox.count(20)
    inbox.completeAll()
    await transport.publish([record('head', 'one')])
    await inbox.all(['head'])
    const head = inbox.deliveries.find((delivery) => textOf(delivery) === 'head')
    const completeOthers = () => {
      for (const delivery of inbox.deliveries) if (delivery !== head) delivery.complete()
    }
    await transport.publish(Array.from({ length: 150 }, (_, index) => record(`behind ${index}`)))
    await inbox.all(['behind 149'])
    completeOthers()
    await transport.publish([record('resting')])
    for (let index = 0; index < 20; index++) {
      await transport.publish([record(`other ${index}`, keyElsewhere(head?.partition, inbox))])
      await inbox.all([`other ${index}`])
    }
    expect(inbox.values).not.toContain('resting')
    head?.complete()
    await inbox.all(['resting'])
  })

  it('puts a poison record on the DLQ topic with its place and the reason, and goes on', async () => {
    const transport = house.client()
    const dlq = `${topic}.dlq`
    await topics.create([{ name: dlq, partitions: 1 }])
    const poison = Buffer.from([0x7b, 0xff, 0x00])
    const inbox = new Inbox(true)
    const reason = { code: 'EVENT_UNREADABLE', message: 'not a JSON object' }
    const receive = (deliveries: readonly Delivery[]) => {
      for (const delivery of deliveries) {
        if (textOf(delivery).startsWith('good')) inbox.receive([delivery])
        else void transport.publish([deadLetter(dlq, delivery, reason)]).then(() => delivery.complete())
      }
    }
    await transport.subscribe({ group, topics: [topic], maxInFlight: 100, receive })
    await transport.publish([
      record('good 1'),
      { topic, key: 'one', value: poison, headers: { traceparent: '00-a-b-01' } },
      record('good 2'),
    ])
    await inbox.all(['good 1', 'good 2'])
    await untilAllIsCommitted()
    const letters: ScannedRecord[] = []
    await transport.scan(dlq, undefined, (letter) => letters.push(letter))
    expect(letters).toHaveLength(1)
    expect(letters[0]).toMatchObject({ key: 'one', value: poison })
    expect(letters[0]?.headers).toEqual({
      traceparent: '00-a-b-01',
      dlq_source_at_ms: expect.stringMatching(/^\d{13}$/),
      dlq_source_topic: topic,
      dlq_source_partition: String(inbox.deliveries[0]?.partition),
      dlq_source_offset: '1',
      dlq_reason: 'not a JSON object',
      dlq_code: 'EVENT_UNREADABLE',
    })
  })

  it('gets past a poison record as large as the broker takes them, whose letter is cut', async () => {
    const transport = house.client()
    const own = { ...defaultTopics, loaded: topic, failed: `${topic}.failed`, dlq: `${topic}.dlq` }
    await topics.create([
      { name: own.failed, partitions: 1 },
      { name: own.dlq, partitions: 1 },
    ])
    const submitted = Promise.withResolvers<string>()
    const conductor = {
      submit: (runId: string, { settle }: Pick<Work, 'settle'>) => {
        settle([])
        submitted.resolve(runId)
      },
    }
    const intake = new AnswerIntake({
      ...{ transport, group, topics: own, clock: new SystemClock(), random: () => 0.5 },
      logger: house.logger,
      conductor: conductor as never,
      received: () => {},
    })
    await intake.start()
    const poison = Buffer.alloc(1_048_400, 'x')
    await transport.publish([{ topic, key: 'one', value: poison }])
    await transport.publish([record('{"id":"1001","run_id":"behind it"}')])
    expect(await submitted.promise).toBe('behind it')
    await untilAllIsCommitted()
    await intake.stop()
    const letters: ScannedRecord[] = []
    await transport.scan(own.dlq, undefined, (letter) => letters.push(letter))
    expect(letters).toMatchObject([
      { headers: { dlq_truncated: 'true', dlq_size: '1048400', dlq_source_offset: '0' } },
    ])
    expect(house.logger.messages('error')).toEqual([])
  })
})

/** A key of another partition than this one, among those that came. */
function keyElsewhere(partition: number | undefined, inbox: Inbox): string {
  const other = inbox.deliveries.find((delivery) => delivery.partition !== partition)
  assert(other?.key, 'the inbox has records of several partitions')
  return other.key
}

/** Handlers that take their time: so many are always at work, and the oldest finishes when a new one begins. */
class Pool {
  received = 0
  readonly #working: Delivery[] = []
  readonly #size: number
  readonly #finished: string[]

  constructor(size: number, finished: string[]) {
    this.#size = size
    this.#finished = finished
  }

  readonly receive = (deliveries: readonly Delivery[]): void => {
    this.received += deliveries.length
    this.#working.push(...deliveries)
    while (this.#working.length > this.#size) this.#finishOne()
  }

  finishAll(): void {
    while (this.#working.length > 0) this.#finishOne()
  }

  #finishOne(): void {
    const delivery = this.#working.shift()
    if (delivery === undefined || !delivery.isCurrent()) return
    delivery.complete()
    this.#finished.push(textOf(delivery))
  }
}
