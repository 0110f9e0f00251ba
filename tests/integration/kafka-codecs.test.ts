// Compression: what is read, what ends a consumer, and that topics of this house never come to that.

import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { KafkaTopics } from '../../shared/adapters/kafka/kafka-topics.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { Inbox } from '../support/inbox.ts'
import { KafkaHouse, subscription } from '../support/kafka-house.ts'

const partitions = 4

describeWithBrokers('a consumer on Kafka', ({ kafka }) => {
  const names = ownNames('codecs')
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

  it('reads what foreign producers compressed with GZIP or Zstandard', async () => {
    for (const codec of ['gzip', 'zstd']) {
      const name = `${topic}.${codec}`
      await topics.create([{ name, partitions, config: { 'compression.type': codec } }])
      const transport = house.client({ compression: 'gzip' })
      const value = 'squeezed '.repeat(100)
      await transport.publish([{ topic: name, key: 'one', value }])
      const inbox = new Inbox(true)
      await transport.subscribe(subscription(`${group}.${codec}`, name, inbox))
      await inbox.all([value])
    }
  })

  it('says that it is dead for good when it meets a codec that it cannot read', async () => {
    const name = `${topic}.lz4`
    await topics.create([{ name, partitions, config: { 'compression.type': 'lz4' } }])
    const transport = house.client()
    const consumer = await transport.subscribe(subscription(group, name, new Inbox()))
    await transport.publish([{ topic: name, key: 'one', value: 'unreadable '.repeat(100) }])
    await vi.waitFor(() => expect(house.fatals).toHaveLength(1), 20_000)
    expect(house.fatals[0]?.message).toContain('LZ4')
    expect(consumer.isJoined()).toBe(false)
  })

  it('never meets such a codec on topics that were created by this house', async () => {
    expect(await topics.describe([topic])).toMatchObject([
      { name: topic, partitions, config: { 'compression.type': 'uncompressed' } },
    ])
  })
})
