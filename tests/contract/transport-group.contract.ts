// What every transport promises to the members of a group.

import { describe, expect, it, vi } from 'vitest'
import { Inbox, textOf } from '../support/inbox.ts'
import { plenty, type TransportScene, valuesOf } from './transport-scene.ts'

export function groupContract(current: () => TransportScene): void {
  describe('a group', () => {
    it('is known to read its topics as long as it has a member', async () => {
      const scene = current()
      const isRead = () => scene.transport.hasConsumers(scene.topic)
      expect(await known(isRead)).toBe(false)
      const consumer = await scene.read(new Inbox(true))
      await vi.waitFor(async () => expect(await known(isRead)).toBe(true), { timeout: 20_000, interval: 100 })
      expect(await known(() => scene.transport.hasConsumers(`${scene.topic}.other`))).toBe(false)
      await consumer.stop()
      await vi.waitFor(async () => expect(await known(isRead)).toBe(false), {
        timeout: 20_000,
        interval: 100,
      })
    })

    it('is not known to read anything while no broker answers', async () => {
      const scene = current()
      const asked = scene.harness.strandedClient().hasConsumers(scene.topic)
      await expect(asked).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' })
    })

    it('begins at the beginning, and each group gets every record', async () => {
      const scene = current()
      const records = scene.spread(40)
      await scene.transport.publish(records)
      const inboxes = [new Inbox(true), new Inbox(true)]
      for (const inbox of inboxes) await scene.read(inbox, plenty, scene.transport, scene.harness.group())
      for (const inbox of inboxes) await inbox.all(valuesOf(records))
      for (const inbox of inboxes) expect(inbox.deliveries).toHaveLength(40)
    })

    it('gives the records of one key in order', async () => {
      const scene = current()
      const inbox = new Inbox(true)
      await scene.read(inbox)
      for (const key of ['a', 'b', 'c']) await scene.transport.publish(scene.numbered(200, key))
      await inbox.count(600)
      for (const key of ['a', 'b', 'c']) {
        const own = inbox.deliveries.filter((delivery) => delivery.key === key)
        expect(own.map(textOf)).toEqual(valuesOf(scene.numbered(200, key)))
      }
    })

    it('goes on after the last record when everything was completed, in whatever order', async () => {
      const scene = current()
      const inbox = new Inbox()
      const consumer = await scene.read(inbox)
      await scene.transport.publish(scene.numbered(20))
      await inbox.count(20)
      for (const delivery of [...inbox.deliveries].reverse()) delivery.complete()
      await consumer.stop()
      expect(await scene.comesAgain()).toEqual([])
    })

    it('goes on at the first record that was not completed', async () => {
      const scene = current()
      const inbox = new Inbox()
      const consumer = await scene.read(inbox)
      await scene.transport.publish(scene.numbered(6))
      await inbox.count(6)
      for (const index of [0, 1, 3, 5]) inbox.deliveries[index]?.complete()
      await consumer.stop()
      expect(await scene.comesAgain()).toEqual(['2', '3', '4', '5'])
    })

    it('counts a record that is completed twice once', async () => {
      const scene = current()
      const inbox = new Inbox()
      const consumer = await scene.read(inbox)
      await scene.transport.publish(scene.numbered(3))
      await inbox.count(3)
      for (let again = 0; again < 3; again++) inbox.deliveries[0]?.complete()
      await consumer.stop()
      expect(await scene.comesAgain()).toEqual(['1', '2'])
    })

    it('gives again what nobody completed', async () => {
      const scene = current()
      const inbox = new Inbox()
      const consumer = await scene.read(inbox)
      await scene.transport.publish(scene.numbered(5))
      await inbox.count(5)
      await consumer.stop()
      expect(await scene.comesAgain()).toEqual(['0', '1', '2', '3', '4'])
    })

    it('goes on when a receiver throws, and gives its records again to the next member', async () => {
      const scene = current()
      const inbox = new Inbox(true)
      const consumer = await scene.transport.subscribe({
        group: scene.group,
        topics: [scene.topic],
        maxInFlight: plenty,
        receive: (deliveries) => {
          inbox.receive(deliveries.filter((delivery) => textOf(delivery) !== 'bad'))
          if (deliveries.some((delivery) => textOf(delivery) === 'bad'))
            throw new TypeError('a poor receiver')
        },
      })
      await scene.transport.publish([scene.record('bad')])
      await scene.transport.publish([scene.record('good')])
      await inbox.all(['good'])
      await consumer.stop()
      expect(await scene.comesAgain()).toContain('bad')
    })
  })

  describe('back pressure', () => {
    it('fetches no more while too much is in flight, and goes on when half of it is done', async () => {
      const scene = current()
      const inbox = new Inbox()
      await scene.read(inbox, 10)
      await scene.transport.publish(scene.numbered(20))
      await inbox.count(20)
      const more = scene.numbered(100, 'one').map((each) => ({ ...each, value: `more ${each.value}` }))
      await scene.transport.publish(more)
      const other = new Inbox(true)
      await scene.read(other, plenty, scene.transport, scene.harness.group())
      await other.count(120)
      expect(inbox.deliveries).toHaveLength(20)
      inbox.completeAll()
      await inbox.count(120)
      expect(inbox.values.slice(20)).toEqual(valuesOf(more))
    })

    it('gives no more after pause, and still commits what is completed', async () => {
      const scene = current()
      const inbox = new Inbox()
      const consumer = await scene.read(inbox)
      await scene.transport.publish(scene.numbered(3))
      await inbox.count(3)
      consumer.pause()
      // A fetch that was on its way may still bring one record; what comes after it does not come.
      await scene.transport.publish([scene.record('3')])
      const other = new Inbox(true)
      await scene.read(other, plenty, scene.transport, scene.harness.group())
      await other.all(['3'])
      await scene.transport.publish([scene.record('4')])
      await other.all(['4'])
      expect(inbox.values).not.toContain('4')
      inbox.completeAll()
      await consumer.stop()
      expect((await scene.comesAgain()).at(-1)).toBe('4')
      expect(await scene.comesAgain()).toEqual([])
    })
  })

  describe('several members', () => {
    it('share the partitions, and together get every record', async () => {
      const scene = current()
      const [first, second] = [new Inbox(true), new Inbox(true)]
      await scene.read(first)
      await scene.read(second, plenty, scene.harness.client())
      const records = scene.spread(200)
      await scene.transport.publish(records)
      const both = () => new Set([...first.values, ...second.values]).size === 200
      await Promise.race([first.until(both), second.until(both)])
      expect(first.deliveries.length).toBeGreaterThan(0)
      expect(second.deliveries.length).toBeGreaterThan(0)
    })

    it('are given again what was in flight when one joined, and a late completion changes nothing', async () => {
      const scene = current()
      const [first, second] = [new Inbox(), new Inbox()]
      const records = scene.spread(40)
      await scene.transport.publish(records)
      const members = [await scene.read(first)]
      await first.count(40)
      const stale = first.deliveries.slice(0, 40)
      const other = scene.harness.client()
      members.push(await scene.read(second, plenty, other))
      const again = () => new Set([...first.values.slice(40), ...second.values]).size === 40
      await Promise.race([first.until(again), second.until(again)])
      expect(stale.filter((delivery) => delivery.isCurrent())).toEqual([])
      for (const delivery of stale) delivery.complete()
      for (const member of members) await member.stop()
      const third = new Inbox()
      await scene.read(third)
      await third.all(valuesOf(records))
    })

    it('take over from a member that leaves', async () => {
      const scene = current()
      const [first, second] = [new Inbox(true), new Inbox(true)]
      const leaving = await scene.read(first)
      await scene.read(second, plenty, scene.harness.client())
      await leaving.stop()
      const records = scene.spread(40)
      await scene.transport.publish(records)
      await second.all(valuesOf(records))
      expect(first.deliveries).toEqual([])
    })

    it('get the records of one key of all their topics in one place', async () => {
      const scene = current()
      const topics = [scene.topic, await scene.harness.topic()]
      const members = [new Inbox(true), new Inbox(true)]
      for (const inbox of members) {
        await scene.harness
          .client()
          .subscribe({ group: scene.group, topics, maxInFlight: plenty, receive: inbox.receive })
      }
      const keys = Array.from({ length: 60 }, (_, index) => `k${index}`)
      await scene.transport.publish(
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
      const scene = current()
      const consumer = await scene.read(new Inbox())
      expect(consumer.isJoined()).toBe(true)
      await consumer.stop()
      await consumer.stop()
      expect(consumer.isJoined()).toBe(false)
    })

    it('makes nothing of completions after its stop', async () => {
      const scene = current()
      const inbox = new Inbox()
      const consumer = await scene.read(inbox)
      await scene.transport.publish(scene.numbered(2))
      await inbox.count(2)
      await consumer.stop()
      expect(inbox.deliveries.map((delivery) => delivery.isCurrent())).toEqual([false, false])
      inbox.completeAll()
      expect(await scene.comesAgain()).toEqual(['0', '1'])
    })

    it('counts as lag what is not complete', async () => {
      const scene = current()
      const inbox = new Inbox()
      const consumer = await scene.read(inbox)
      await scene.transport.publish(scene.numbered(7))
      await inbox.count(7)
      const total = () => consumer.lag().reduce((sum, { records }) => sum + records, 0)
      expect(total()).toBe(7)
      expect(consumer.lag().every((each) => each.topic === scene.topic)).toBe(true)
      inbox.completeAll()
      expect(total()).toBe(0)
    })
  })
}

/** The answer when it can be known: other groups of the broker may be sharing partitions out. */
function known(ask: () => Promise<boolean>): Promise<boolean> {
  return vi.waitFor(ask, { timeout: 20_000, interval: 100 })
}
