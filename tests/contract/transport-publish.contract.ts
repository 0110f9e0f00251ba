// What every transport promises of publish, scan, ping and close.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../shared/base/fault.ts'
import type { ScannedRecord, Transport } from '../../shared/ports/transport.ts'
import { Inbox, textOf } from '../support/inbox.ts'
import { plenty, type TransportScene, valuesOf } from './transport-scene.ts'

/** Partitions are read side by side: only the order within each is promised. */
const inOrder = (records: readonly ScannedRecord[]) =>
  [...records].sort((a, b) => a.partition - b.partition || Number(a.offset) - Number(b.offset))

export function publishContract(current: () => TransportScene): void {
  describe('publish', () => {
    it('carries key, value, headers, place and time of a record', async () => {
      const scene = current()
      const inbox = new Inbox()
      await scene.read(inbox)
      await scene.transport.publish([
        { topic: scene.topic, key: 'clé', value: '{"é":1}', headers: { ce_id: 'a/ü' } },
      ])
      await inbox.count(1)
      const [delivery] = inbox.deliveries
      expect(delivery).toMatchObject({
        topic: scene.topic,
        key: 'clé',
        offset: '0',
        headers: { ce_id: 'a/ü' },
      })
      expect(delivery && textOf(delivery)).toBe('{"é":1}')
      expect(delivery?.partition).toBeTypeOf('number')
      expect(delivery?.timestampMs).toBeGreaterThan(Date.UTC(2020, 0, 1))
    })

    it('carries bytes as they are', async () => {
      const scene = current()
      const bytes = Buffer.from([0, 255, 254, 10, 0])
      await scene.transport.publish([{ topic: scene.topic, key: 'one', value: bytes }])
      expect((await scene.scanned()).map(({ value }) => value)).toEqual([bytes])
    })

    it('has stored the records when it resolves', async () => {
      const scene = current()
      await scene.transport.publish(scene.numbered(3))
      expect((await scene.scanned()).map(textOf)).toEqual(['0', '1', '2'])
    })

    it('keeps the order of a key over calls that do not wait for each other', async () => {
      const scene = current()
      const calls = Array.from({ length: 50 }, (_, call) => [
        scene.record(`${call}.0`),
        scene.record(`${call}.1`),
      ])
      await Promise.all(calls.map((records) => scene.transport.publish(records)))
      expect((await scene.scanned()).map(textOf)).toEqual(calls.flatMap(valuesOf))
    })

    it('takes more records in one call than fit into one request', async () => {
      const scene = current()
      const records = scene.numbered(5_000).map((each) => ({
        ...each,
        value: `${each.value} ${'x'.repeat(400)}`,
      }))
      await scene.transport.publish(records)
      expect((await scene.scanned()).map(textOf)).toEqual(valuesOf(records))
    })

    it('resolves when there is nothing to publish', async () => {
      const scene = current()
      await expect(scene.transport.publish([])).resolves.toBeUndefined()
    })

    it('refuses a record that is too large, and stores what was published beside it', async () => {
      const scene = current()
      const large = scene.record('x'.repeat(scene.harness.tooManyBytes))
      const outcomes = await Promise.allSettled([
        scene.transport.publish([scene.record('before')]),
        scene.transport.publish([large]),
        scene.transport.publish([scene.record('after', 'two')]),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(outcomes[1]).toMatchObject({ reason: { code: 'TRANSPORT_REFUSED', retryable: false } })
      const stored = (await scene.scanned()).map(textOf)
      expect(new Set(stored)).toEqual(new Set(['before', 'after']))
    })
  })

  describe('a broker that does not answer', () => {
    it.for([
      ['publish', (stranded: Transport, scene: TransportScene) => stranded.publish([scene.record('lost')])],
      [
        'subscribe',
        (stranded: Transport, scene: TransportScene) => scene.read(new Inbox(), plenty, stranded),
      ],
      [
        'scan',
        (stranded: Transport, scene: TransportScene) => stranded.scan(scene.topic, undefined, () => {}),
      ],
      ['ping', (stranded: Transport) => stranded.ping()],
    ] as const)('makes %s reject with TRANSPORT_UNAVAILABLE', async ([, call]) => {
      const scene = current()
      const stranded = scene.harness.strandedClient()
      const fault = await call(stranded, scene).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(fault).toBeInstanceOf(Fault)
      expect(fault).toMatchObject({ code: 'TRANSPORT_UNAVAILABLE', retryable: true })
      await stranded.close()
    })

    it('is told from one that does', async () => {
      const scene = current()
      await expect(scene.transport.ping()).resolves.toBeUndefined()
    })
  })

  describe('scan', () => {
    it('visits everything that stands in the topic, in order within a partition', async () => {
      const scene = current()
      const records = ['a', 'b', 'c', 'd', 'e'].flatMap((key) => scene.numbered(300, key))
      await scene.transport.publish(records.map((each) => ({ ...each, headers: { of: each.key } })))
      const seen = await scene.scanned()
      expect(seen).toHaveLength(1_500)
      for (const key of ['a', 'b', 'c', 'd', 'e']) {
        const own = seen.filter((each) => each.key === key)
        expect(own.map(textOf)).toEqual(valuesOf(scene.numbered(300, key)))
        expect(new Set(own.map(({ headers }) => headers.of))).toEqual(new Set([key]))
      }
    })

    it('visits only the partition of a key', async () => {
      const scene = current()
      await scene.transport.publish(scene.spread(100))
      const [all, some] = [await scene.scanned(), await scene.scanned('k1')]
      const partition = all.find(({ key }) => key === 'k1')?.partition
      expect(some).toEqual(all.filter((each) => each.partition === partition))
      expect(some.length).toBeLessThan(100)
    })

    it('begins where it is told to, and elsewhere at the beginning', async () => {
      const scene = current()
      await scene.transport.publish(scene.spread(100))
      const all = await scene.scanned()
      const counts = new Map<number, number>()
      for (const { partition } of all) counts.set(partition, (counts.get(partition) ?? 0) + 1)
      const partition = all.find(({ key }) => key === 'k1')?.partition ?? -1
      const count = counts.get(partition) ?? 0
      const behind = async (offset: number) => {
        const seen: ScannedRecord[] = []
        const from = new Map([[partition, offset]])
        await scene.transport.scan(scene.topic, undefined, (each) => seen.push(each), from)
        return seen
      }
      const isWanted = (each: ScannedRecord) =>
        each.partition !== partition || Number(each.offset) >= count - 1
      expect(inOrder(await behind(count - 1))).toEqual(inOrder(all.filter(isWanted)))
      expect((await behind(count)).filter((each) => each.partition === partition)).toEqual([])
    })

    it('ends at what stood there when it began', async () => {
      const scene = current()
      await scene.transport.publish(scene.numbered(10))
      let published: Promise<void> | undefined
      const seen: string[] = []
      await scene.transport.scan(scene.topic, undefined, (each) => {
        published ??= scene.transport.publish([scene.record('late')])
        seen.push(textOf(each))
      })
      await published
      expect(seen).toEqual(valuesOf(scene.numbered(10)))
    })

    it('resolves on an empty topic', async () => {
      const scene = current()
      expect(await scene.scanned()).toEqual([])
    })

    it('moves no offset of a group', async () => {
      const scene = current()
      await scene.transport.publish(scene.numbered(4))
      await scene.scanned()
      expect(await scene.comesAgain()).toEqual(['0', '1', '2', '3'])
    })

    it('rejects with the error of a visitor', async () => {
      const scene = current()
      await scene.transport.publish(scene.numbered(1))
      const scan = scene.transport.scan(scene.topic, undefined, () => {
        throw new Error('the visitor is tired')
      })
      await expect(scan).rejects.toThrow('the visitor is tired')
    })
  })

  describe('close', () => {
    it('stops the consumers, refuses further calls, and can be called twice', async () => {
      const scene = current()
      const consumer = await scene.read(new Inbox())
      await scene.transport.close()
      await scene.transport.close()
      expect(consumer.isJoined()).toBe(false)
      const unavailable = { code: 'TRANSPORT_UNAVAILABLE' }
      await expect(scene.transport.publish([scene.record('late')])).rejects.toMatchObject(unavailable)
      await expect(scene.read(new Inbox())).rejects.toMatchObject(unavailable)
      await expect(scene.transport.ping()).rejects.toMatchObject(unavailable)
    })
  })
}
