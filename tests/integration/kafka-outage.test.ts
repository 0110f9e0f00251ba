// What happens to a transport when its broker freezes, dies, and comes back.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { KafkaTopics } from '../../shared/adapters/kafka/kafka-topics.ts'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalKafka } from '../support/brokers/local-kafka.ts'
import { Inbox } from '../support/inbox.ts'
import { KafkaHouse, subscription } from '../support/kafka-house.ts'

const topic = 'topic'

describeWithOwnBrokers('a Kafka in trouble', ['kafka'], () => {
  let broker: LocalKafka
  let house: KafkaHouse

  beforeEach(async () => {
    broker = new LocalKafka()
    await broker.start()
    house = new KafkaHouse(broker.bootstrap)
    const topics = new KafkaTopics({ brokers: [broker.bootstrap], clientId: 'test' })
    await topics.create([{ name: topic, partitions: 2 }])
    await topics.close()
  })
  afterEach(async () => {
    broker.signal('SIGCONT')
    await house.close()
    await broker.stop()
  })

  it('is told by the watchdog when it froze and no fetch comes back', async () => {
    const transport = house.client({ stallMs: 1_500 })
    const inbox = new Inbox(true)
    await transport.subscribe(subscription('group', topic, inbox))
    await transport.publish([{ topic, key: 'one', value: 'alive' }])
    await inbox.all(['alive'])
    expect(house.fatals).toEqual([])
    broker.signal('SIGSTOP')
    await vi.waitFor(() => expect(house.fatals).toHaveLength(1), 20_000)
    expect(house.fatals[0]).toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' })
    await expect(transport.ping()).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' })
  })

  it('is survived when it was killed and started again: calls fail meanwhile, nothing is lost', async () => {
    const transport = house.client({ requestTimeoutMs: 2_000 })
    const inbox = new Inbox(true)
    const consumer = await transport.subscribe(subscription('group', topic, inbox))
    await transport.publish([{ topic, key: 'one', value: 'before' }])
    await inbox.all(['before'])
    await broker.kill()
    await expect(transport.ping()).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' })
    await expect(transport.publish([{ topic, key: 'one', value: 'meanwhile' }])).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
    })
    await broker.start()
    await vi.waitFor(() => transport.publish([{ topic, key: 'one', value: 'after' }]), 30_000)
    await inbox.all(['after'])
    await vi.waitFor(() => transport.ping(), 20_000)
    expect(consumer.isJoined()).toBe(true)
    expect(house.fatals).toEqual([])
  })
})
