// What the broker in memory promises beyond the port: crashes, bounded memory, and the same story every time.

import { describe, expect, it } from 'vitest'
import {
  MemoryBroker,
  type MemoryBrokerOptions,
} from '../../../../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../../../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../../../../shared/adapters/memory/virtual-clock.ts'
import type { Transport } from '../../../../../shared/ports/transport.ts'
import { Inbox, textOf } from '../../../../support/inbox.ts'
import { recordingLogger } from '../../../../support/recording-logger.ts'

function house(options: Partial<MemoryBrokerOptions> = {}) {
  const clock = new VirtualClock()
  const broker = new MemoryBroker({ clock, ...options })
  return { clock, broker, transport: new MemoryTransport(broker) }
}

const records = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({
    topic: 't',
    key: `k${from + index}`,
    value: `${from + index}`,
  }))
const read = (transport: Transport, inbox: Inbox, group = 'g') =>
  transport.subscribe({ group, topics: ['t'], maxInFlight: 100_000, receive: inbox.receive })

async function standing(transport: Transport): Promise<readonly string[]> {
  const values: string[] = []
  await transport.scan('t', undefined, (record) => values.push(textOf(record)))
  return values
}

describe('a member that its group takes for dead', () => {
  async function expelled() {
    const parts = house({ commitIntervalMs: 100 })
    const [zombie, heir] = [new Inbox(), new Inbox()]
    await read(parts.transport, zombie)
    await parts.transport.publish(records(20))
    await parts.clock.advance(0)
    parts.transport.expel()
    await read(new MemoryTransport(parts.broker), heir)
    await parts.clock.advance(0)
    return { ...parts, zombie, heir }
  }

  it('goes on with what it has, and everything is given to the others', async () => {
    const { zombie, heir } = await expelled()
    expect(zombie.deliveries.every((delivery) => delivery.isCurrent())).toBe(true)
    expect(heir.deliveries.length).toBe(20)
  })

  it('commits nothing: what only it had done comes again', async () => {
    const { clock, broker, zombie } = await expelled()
    for (const delivery of zombie.deliveries) delivery.complete()
    await clock.advance(1_000)
    const third = new Inbox()
    await read(new MemoryTransport(broker), third)
    await clock.advance(0)
    expect(third.deliveries.length).toBeGreaterThan(0)
  })

  it('gets a new share when it hears of it, and its old completions count no more', async () => {
    const { clock, transport, zombie, heir } = await expelled()
    transport.rejoin()
    transport.rejoin()
    await clock.advance(0)
    expect(zombie.deliveries.slice(0, 20).some((delivery) => delivery.isCurrent())).toBe(false)
    const again = zombie.deliveries.slice(20)
    expect(again.length).toBeGreaterThan(0)
    expect(heir.deliveries.slice(0, 20).some((delivery) => delivery.isCurrent())).toBe(false)
    expect(again.length + heir.deliveries.length - 20).toBe(20)
  })

  it('stays away when it has died meanwhile', async () => {
    const { clock, transport, heir } = await expelled()
    transport.crash()
    transport.rejoin()
    await clock.advance(1_000)
    expect(heir.deliveries.length).toBe(20)
  })
})

describe('a crash', () => {
  it('hands what was not completed to the next member once the session has timed out', async () => {
    const { clock, broker, transport } = house({ sessionTimeoutMs: 1_000 })
    const [dead, alive] = [new Inbox(), new Inbox()]
    await read(transport, dead)
    await transport.publish(records(20))
    await clock.advance(0)
    for (const delivery of dead.deliveries.slice(0, 5)) delivery.complete()
    const done = new Set(dead.values.slice(0, 5))
    transport.crash()
    await read(new MemoryTransport(broker), alive)
    await clock.advance(999)
    expect(alive.deliveries.length).toBeLessThan(15)
    await clock.advance(1)
    expect(new Set(alive.values)).toEqual(
      new Set(
        records(20)
          .map(({ value }) => value)
          .filter((value) => !done.has(value)),
      ),
    )
    expect(dead.deliveries.some((delivery) => delivery.isCurrent())).toBe(false)
  })

  it('repeats what was completed and not yet committed', async () => {
    const { clock, broker, transport } = house({ commitIntervalMs: 1_000 })
    const [dead, alive] = [new Inbox(true), new Inbox(true)]
    await read(transport, dead)
    await transport.publish(records(10))
    await clock.advance(1_000)
    await transport.publish(records(10, 10))
    await clock.advance(999)
    transport.crash()
    await read(new MemoryTransport(broker), alive)
    await clock.advance(5_000)
    expect(new Set(alive.values)).toEqual(new Set(records(10, 10).map(({ value }) => value)))
  })

  it('ends the client', async () => {
    const { transport } = house()
    transport.crash()
    await expect(transport.publish(records(1))).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' })
  })
})

describe('memory', () => {
  it('is given back when every group has come past a record, and not before', async () => {
    const { clock, broker, transport } = house({ partitions: 1 })
    await read(transport, new Inbox(true), 'quick')
    const slow = new Inbox()
    await read(transport, slow, 'slow')
    for (let round = 0; round < 20; round++) {
      await transport.publish(records(1_000))
      await clock.advance(0)
    }
    expect(broker.logs('t')[0]?.start).toBe(0)
    slow.completeAll()
    expect(broker.logs('t')[0]?.start).toBeGreaterThan(10_000)
  })

  it('keeps topics that are to be kept, whole', async () => {
    const { clock, transport } = house({ partitions: 1, keep: new Set(['t']) })
    await read(transport, new Inbox(true))
    await transport.publish(records(20_000))
    await clock.advance(0)
    expect(await standing(transport)).toHaveLength(20_000)
  })

  it('keeps only the tail of a topic that nobody has to read, and readers go on behind it', async () => {
    const { clock, transport } = house({ partitions: 1, tails: new Map([['t', 100]]) })
    const early = new Inbox()
    await read(transport, early)
    for (let round = 0; round < 20; round++) await transport.publish(records(1_000, round * 1_000))
    const left = await standing(transport)
    expect(left.length).toBeLessThan(6_000)
    expect(left.at(-1)).toBe('19999')
    await clock.advance(0)
    expect(early.values).toEqual(left)
  })
})

describe('the broker in memory', () => {
  it('delivers nothing while it is off the network, and everything after', async () => {
    const { clock, broker, transport } = house()
    const inbox = new Inbox(true)
    await read(transport, inbox)
    await transport.publish(records(5))
    broker.setReachable(false)
    await clock.advance(1_000)
    expect(inbox.deliveries).toEqual([])
    await expect(transport.publish(records(1))).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' })
    broker.setReachable(true)
    await clock.advance(0)
    expect(inbox.deliveries).toHaveLength(5)
  })

  it('says in the log that a receiver threw', async () => {
    const logger = recordingLogger()
    const { clock, transport } = house({ logger })
    const receive = () => {
      throw new Error('a poor receiver')
    }
    await transport.subscribe({ group: 'g', topics: ['t'], maxInFlight: 1, receive })
    await transport.publish(records(1))
    await clock.advance(0)
    expect(logger.messages('error')).toEqual([expect.stringContaining('a receiver threw')])
  })

  it('tells the same story every time', async () => {
    const story = async () => {
      const { clock, broker, transport } = house({ commitIntervalMs: 5, sessionTimeoutMs: 20 })
      const told: string[] = []
      const tell = (who: string) => (deliveries: readonly { value: Buffer | null; complete(): void }[]) => {
        for (const delivery of deliveries) {
          told.push(`${clock.nowMs()} ${who} ${textOf(delivery)}`)
          clock.after(told.length % 7, () => delivery.complete())
        }
      }
      const join = (client: Transport, who: string) =>
        client.subscribe({ group: 'g', topics: ['t'], maxInFlight: 20, receive: tell(who) })
      await join(transport, 'first')
      const second = new MemoryTransport(broker)
      for (let round = 0; round < 20; round++) {
        await transport.publish(records(30, round * 30)).catch(() => second.publish(records(30, round * 30)))
        if (round === 5) await join(second, 'second')
        if (round === 12) transport.crash()
        await clock.advance(3)
      }
      await clock.advance(1_000)
      return told
    }
    const told = await story()
    expect(await story()).toEqual(told)
    expect(new Set(told.map((line) => line.split(' ')[2])).size).toBe(600)
    expect(told.some((line) => line.includes('second'))).toBe(true)
  })
})
