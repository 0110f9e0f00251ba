// What every transport promises, whatever it is made of.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../shared/base/fault.ts'
import type { Consumer, OutgoingRecord, ScannedRecord, Transport } from '../../shared/ports/transport.ts'
import { Inbox, textOf } from '../support/inbox.ts'

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

const plenty = 10_000

export function transportContract(name: string, open: () => Promise<TransportHarness>): void {
  describe(`the transport of ${name}`, () => {
    let harness: TransportHarness
    let transport: Transport
    let topic: string
    let group: string

    beforeEach(async () => {
      harness = await open()
      transport = harness.client()
      topic = await harness.topic()
      group = harness.group()
    })
    afterEach(() => harness.close())

    const record = (value: string, key = 'one'): OutgoingRecord => ({ topic, key, value })
    const numbered = (count: number, key?: string) =>
      Array.from({ length: count }, (_, index) => record(`${key ?? ''}${index}`, key ?? 'one'))
    const valuesOf = (records: readonly OutgoingRecord[]) => records.map(({ value }) => String(value))
    const spread = (count: number) =>
      Array.from({ length: count }, (_, index) => record(`${index}`, `k${index}`))
    const read = (inbox: Inbox, maxInFlight = plenty, by = transport, of = group): Promise<Consumer> =>
      by.subscribe({ group: of, topics: [topic], maxInFlight, receive: inbox.receive })

    /** What a new member of the group is given, up to a marker that is published now. */
    async function comesAgain(): Promise<readonly string[]> {
      const inbox = new Inbox(true)
      const consumer = await read(inbox)
      await transport.publish([record('marker')])
      await inbox.all(['marker'])
      await consumer.stop()
      return inbox.values.filter((value) => value !== 'marker')
    }

    async function scanned(key?: string): Promise<readonly ScannedRecord[]> {
      const records: ScannedRecord[] = []
      await transport.scan(topic, key, (each) => records.push(each))
      return records
    }

    describe('publish', () => {
      it('carries key, value, headers, place and time of a record', async () => {
        const inbox = new Inbox()
        await read(inbox)
        await transport.publish([{ topic, key: 'clé', value: '{"é":1}', headers: { ce_id: 'a/ü' } }])
        await inbox.count(1)
        const [delivery] = inbox.deliveries
        expect(delivery).toMatchObject({ topic, key: 'clé', offset: '0', headers: { ce_id: 'a/ü' } })
        expect(delivery && textOf(delivery)).toBe('{"é":1}')
        expect(delivery?.partition).toBeTypeOf('number')
        expect(delivery?.timestampMs).toBeGreaterThan(Date.UTC(2020, 0, 1))
      })

      it('carries bytes as they are', async () => {
        const bytes = Buffer.from([0, 255, 254, 10, 0])
        await transport.publish([{ topic, key: 'one', value: bytes }])
        expect((await scanned()).map(({ value }) => value)).toEqual([bytes])
      })

      it('has stored the records when it resolves', async () => {
        await transport.publish(numbered(3))
        expect((await scanned()).map(textOf)).toEqual(['0', '1', '2'])
      })

      it('keeps the order of a key over calls that do not wait for each other', async () => {
        const calls = Array.from({ length: 50 }, (_, call) => [record(`${call}.0`), record(`${call}.1`)])
        await Promise.all(calls.map((records) => transport.publish(records)))
        expect((await scanned()).map(textOf)).toEqual(calls.flatMap(valuesOf))
      })

      it('takes more records in one call than fit into one request', async () => {
        const records = numbered(5_000).map((each) => ({
          ...each,
          value: `${each.value} ${'x'.repeat(400)}`,
        }))
        await transport.publish(records)
        expect((await scanned()).map(textOf)).toEqual(valuesOf(records))
      })

      it('resolves when there is nothing to publish', async () => {
        await expect(transport.publish([])).resolves.toBeUndefined()
      })

      it('refuses a record that is too large, and stores what was published beside it', async () => {
        const large = record('x'.repeat(harness.tooManyBytes))
        const outcomes = await Promise.allSettled([
          transport.publish([record('before')]),
          transport.publish([large]),
          transport.publish([record('after', 'two')]),
        ])
        expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
        expect(outcomes[1]).toMatchObject({ reason: { code: 'TRANSPORT_REFUSED', retryable: false } })
        const stored = (await scanned()).map(textOf)
        expect(new Set(stored)).toEqual(new Set(['before', 'after']))
      })
    })

    describe('a broker that does not answer', () => {
      it.for([
        ['publish', (stranded: Transport) => stranded.publish([record('lost')])],
        ['subscribe', (stranded: Transport) => read(new Inbox(), plenty, stranded)],
        ['scan', (stranded: Transport) => stranded.scan(topic, undefined, () => {})],
        ['ping', (stranded: Transport) => stranded.ping()],
      ] as const)('makes %s reject with TRANSPORT_UNAVAILABLE', async ([, call]) => {
        const stranded = harness.strandedClient()
        const fault = await call(stranded).then(
          () => undefined,
          (error: unknown) => error,
        )
        expect(fault).toBeInstanceOf(Fault)
        expect(fault).toMatchObject({ code: 'TRANSPORT_UNAVAILABLE', retryable: true })
        await stranded.close()
      })

      it('is told from one that does', async () => {
        await expect(transport.ping()).resolves.toBeUndefined()
      })
    })

    describe('a group', () => {
      it('begins at the beginning, and each group gets every record', async () => {
        const records = spread(40)
        await transport.publish(records)
        const inboxes = [new Inbox(true), new Inbox(true)]
        for (const inbox of inboxes) await read(inbox, plenty, transport, harness.group())
        for (const inbox of inboxes) await inbox.all(valuesOf(records))
        for (const inbox of inboxes) expect(inbox.deliveries).toHaveLength(40)
      })

      it('gives the records of one key in order', async () => {
        const inbox = new Inbox(true)
        await read(inbox)
        for (const key of ['a', 'b', 'c']) await transport.publish(numbered(200, key))
        await inbox.count(600)
        for (const key of ['a', 'b', 'c']) {
          const own = inbox.deliveries.filter((delivery) => delivery.key === key)
          expect(own.map(textOf)).toEqual(valuesOf(numbered(200, key)))
        }
      })

      it('goes on after the last record when everything was completed, in whatever order', async () => {
        const inbox = new Inbox()
        const consumer = await read(inbox)
        await transport.publish(numbered(20))
        await inbox.count(20)
        for (const delivery of [...inbox.deliveries].reverse()) delivery.complete()
        await consumer.stop()
        expect(await comesAgain()).toEqual([])
      })

      it('goes on at the first record that was not completed', async () => {
        const inbox = new Inbox()
        const consumer = await read(inbox)
        await transport.publish(numbered(6))
        await inbox.count(6)
        for (const index of [0, 1, 3, 5]) inbox.deliveries[index]?.complete()
        await consumer.stop()
        expect(await comesAgain()).toEqual(['2', '3', '4', '5'])
      })

      it('counts a record that is completed twice once', async () => {
        const inbox = new Inbox()
        const consumer = await read(inbox)
        await transport.publish(numbered(3))
        await inbox.count(3)
        for (let again = 0; again < 3; again++) inbox.deliveries[0]?.complete()
        await consumer.stop()
        expect(await comesAgain()).toEqual(['1', '2'])
      })

      it('gives again what nobody completed', async () => {
        const inbox = new Inbox()
        const consumer = await read(inbox)
        await transport.publish(numbered(5))
        await inbox.count(5)
        await consumer.stop()
        expect(await comesAgain()).toEqual(['0', '1', '2', '3', '4'])
      })

      it('goes on when a receiver throws, and gives its records again to the next member', async () => {
        const inbox = new Inbox(true)
        const consumer = await transport.subscribe({
          group,
          topics: [topic],
          maxInFlight: plenty,
          receive: (deliveries) => {
            inbox.receive(deliveries.filter((delivery) => textOf(delivery) !== 'bad'))
            if (deliveries.some((delivery) => textOf(delivery) === 'bad'))
              throw new TypeError('a poor receiver')
          },
        })
        await transport.publish([record('bad')])
        await transport.publish([record('good')])
        await inbox.all(['good'])
        await consumer.stop()
        expect(await comesAgain()).toContain('bad')
      })
    })

    describe('back pressure', () => {
      it('fetches no more while too much is in flight, and goes on when half of it is done', async () => {
        const inbox = new Inbox()
        await read(inbox, 10)
        await transport.publish(numbered(20))
        await inbox.count(20)
        const more = numbered(100, 'one').map((each) => ({ ...each, value: `more ${each.value}` }))
        await transport.publish(more)
        const other = new Inbox(true)
        await read(other, plenty, transport, harness.group())
        await other.count(120)
        expect(inbox.deliveries).toHaveLength(20)
        inbox.completeAll()
        await inbox.count(120)
        expect(inbox.values.slice(20)).toEqual(valuesOf(more))
      })

      it('gives no more after pause, and still commits what is completed', async () => {
        const inbox = new Inbox()
        const consumer = await read(inbox)
        await transport.publish(numbered(3))
        await inbox.count(3)
        consumer.pause()
        // A fetch that was on its way may still bring one record; what comes after it does not come.
        await transport.publish([record('3')])
        const other = new Inbox(true)
        await read(other, plenty, transport, harness.group())
        await other.all(['3'])
        await transport.publish([record('4')])
        await other.all(['4'])
        expect(inbox.values).not.toContain('4')
        inbox.completeAll()
        await consumer.stop()
        expect((await comesAgain()).at(-1)).toBe('4')
        expect(await comesAgain()).toEqual([])
      })
    })

    describe('several members', () => {
      it('share the partitions, and together get every record', async () => {
        const [first, second] = [new Inbox(true), new Inbox(true)]
        await read(first)
        await read(second, plenty, harness.client())
        const records = spread(200)
        await transport.publish(records)
        const both = () => new Set([...first.values, ...second.values]).size === 200
        await Promise.race([first.until(both), second.until(both)])
        expect(first.deliveries.length).toBeGreaterThan(0)
        expect(second.deliveries.length).toBeGreaterThan(0)
      })

      it('are given again what was in flight when one joined, and a late completion changes nothing', async () => {
        const [first, second] = [new Inbox(), new Inbox()]
        const records = spread(40)
        await transport.publish(records)
        const members = [await read(first)]
        await first.count(40)
        const stale = first.deliveries.slice(0, 40)
        const other = harness.client()
        members.push(await read(second, plenty, other))
        const again = () => new Set([...first.values.slice(40), ...second.values]).size === 40
        await Promise.race([first.until(again), second.until(again)])
        expect(stale.filter((delivery) => delivery.isCurrent())).toEqual([])
        for (const delivery of stale) delivery.complete()
        for (const member of members) await member.stop()
        const third = new Inbox()
        await read(third)
        await third.all(valuesOf(records))
      })

      it('take over from a member that leaves', async () => {
        const [first, second] = [new Inbox(true), new Inbox(true)]
        const leaving = await read(first)
        await read(second, plenty, harness.client())
        await leaving.stop()
        const records = spread(40)
        await transport.publish(records)
        await second.all(valuesOf(records))
        expect(first.deliveries).toEqual([])
      })

      it('get the records of one key of all their topics in one place', async () => {
        const topics = [topic, await harness.topic()]
        const members = [new Inbox(true), new Inbox(true)]
        for (const inbox of members) {
          await harness.client().subscribe({ group, topics, maxInFlight: plenty, receive: inbox.receive })
        }
        const keys = Array.from({ length: 60 }, (_, index) => `k${index}`)
        await transport.publish(
          topics.flatMap((each) => keys.map((key) => ({ topic: each, key, value: key }))),
        )
        const both = () => members.flatMap(({ deliveries }) => deliveries).length >= 120
        await Promise.race(members.map((inbox) => inbox.until(both)))
        const placesOf = (key: string) =>
          members.filter(({ deliveries }) => deliveries.some((delivery) => delivery.key === key)).length
        expect(keys.map(placesOf)).toEqual(keys.map(() => 1))
      })
    })

    describe('a consumer', () => {
      it('is joined until it is stopped, and can be stopped twice', async () => {
        const consumer = await read(new Inbox())
        expect(consumer.isJoined()).toBe(true)
        await consumer.stop()
        await consumer.stop()
        expect(consumer.isJoined()).toBe(false)
      })

      it('makes nothing of completions after its stop', async () => {
        const inbox = new Inbox()
        const consumer = await read(inbox)
        await transport.publish(numbered(2))
        await inbox.count(2)
        await consumer.stop()
        expect(inbox.deliveries.map((delivery) => delivery.isCurrent())).toEqual([false, false])
        inbox.completeAll()
        expect(await comesAgain()).toEqual(['0', '1'])
      })

      it('counts as lag what is not complete', async () => {
        const inbox = new Inbox()
        const consumer = await read(inbox)
        await transport.publish(numbered(7))
        await inbox.count(7)
        const total = () => consumer.lag().reduce((sum, { records }) => sum + records, 0)
        expect(total()).toBe(7)
        expect(consumer.lag().every((each) => each.topic === topic)).toBe(true)
        inbox.completeAll()
        expect(total()).toBe(0)
      })
    })

    describe('scan', () => {
      it('visits everything that stands in the topic, in order within a partition', async () => {
        const records = ['a', 'b', 'c', 'd', 'e'].flatMap((key) => numbered(300, key))
        await transport.publish(records.map((each) => ({ ...each, headers: { of: each.key } })))
        const seen = await scanned()
        expect(seen).toHaveLength(1_500)
        for (const key of ['a', 'b', 'c', 'd', 'e']) {
          const own = seen.filter((each) => each.key === key)
          expect(own.map(textOf)).toEqual(valuesOf(numbered(300, key)))
          expect(new Set(own.map(({ headers }) => headers.of))).toEqual(new Set([key]))
        }
      })

      it('visits only the partition of a key', async () => {
        await transport.publish(spread(100))
        const [all, some] = [await scanned(), await scanned('k1')]
        const partition = all.find(({ key }) => key === 'k1')?.partition
        expect(some).toEqual(all.filter((each) => each.partition === partition))
        expect(some.length).toBeLessThan(100)
      })

      it('ends at what stood there when it began', async () => {
        await transport.publish(numbered(10))
        let published: Promise<void> | undefined
        const seen: string[] = []
        await transport.scan(topic, undefined, (each) => {
          published ??= transport.publish([record('late')])
          seen.push(textOf(each))
        })
        await published
        expect(seen).toEqual(valuesOf(numbered(10)))
      })

      it('resolves on an empty topic', async () => {
        expect(await scanned()).toEqual([])
      })

      it('moves no offset of a group', async () => {
        await transport.publish(numbered(4))
        await scanned()
        expect(await comesAgain()).toEqual(['0', '1', '2', '3'])
      })

      it('rejects with the error of a visitor', async () => {
        await transport.publish(numbered(1))
        const scan = transport.scan(topic, undefined, () => {
          throw new Error('the visitor is tired')
        })
        await expect(scan).rejects.toThrow('the visitor is tired')
      })
    })

    describe('close', () => {
      it('stops the consumers, refuses further calls, and can be called twice', async () => {
        const consumer = await read(new Inbox())
        await transport.close()
        await transport.close()
        expect(consumer.isJoined()).toBe(false)
        const unavailable = { code: 'TRANSPORT_UNAVAILABLE' }
        await expect(transport.publish([record('late')])).rejects.toMatchObject(unavailable)
        await expect(read(new Inbox())).rejects.toMatchObject(unavailable)
        await expect(transport.ping()).rejects.toMatchObject(unavailable)
      })
    })
  })
}
