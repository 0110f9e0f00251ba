// A process that is a member of a group: how it ends, what it leaves behind, and that it is quiet.

import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { KafkaTopics } from '../../shared/adapters/kafka/kafka-topics.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { Inbox } from '../support/inbox.ts'
import { KafkaHouse, subscription } from '../support/kafka-house.ts'
import { KafkaMember } from '../support/kafka-member.ts'

const partitions = 4

describeWithBrokers('a process on Kafka', ({ kafka }) => {
  const names = ownNames('process')
  const topics = new KafkaTopics({ brokers: [kafka], clientId: 'test' })
  const house = new KafkaHouse(kafka)
  let count = 0
  let topic: string
  let group: string

  beforeEach(async () => {
    topic = names.of(`topic-${count}`)
    group = names.of(`group-${count++}`)
    await topics.create([{ name: topic, partitions }])
  })
  afterAll(async () => {
    await house.close()
    await topics.close()
  })

  it('leaves what it held to the next member when it is killed', async () => {
    const records = Array.from({ length: 30 }, (_, index) => `${index}`)
    const transport = house.client()
    await transport.publish(records.map((value) => ({ topic, key: value, value })))
    const killed = new KafkaMember([kafka, group, topic, 'hold'])
    await killed.says('received')
    killed.signal('SIGKILL')
    expect(await killed.ended).toEqual({ code: null, signal: 'SIGKILL' })
    const inbox = new Inbox()
    await transport.subscribe(subscription(group, topic, inbox))
    await inbox.all(records)
  })

  it('ends with a code that is not zero when its consumer is dead for good', async () => {
    const name = `${topic}.lz4`
    await topics.create([{ name, partitions, config: { 'compression.type': 'lz4' } }])
    await house.client().publish([{ topic: name, key: 'one', value: 'unreadable '.repeat(100) }])
    const member = new KafkaMember([kafka, group, name])
    expect(await member.ended).toEqual({ code: 70, signal: null })
  })

  it('commits, leaves its group and ends by itself when it is closed; Node has nothing to warn of', async () => {
    const member = new KafkaMember(
      [kafka, group, topic, 'complete'],
      ['--throw-deprecation', '--trace-warnings'],
    )
    await member.says('"hello"')
    await member.says('"joined":true')
    await house.client().publish([{ topic, key: 'two', value: 'more' }])
    await member.says('"more"')
    member.signal('SIGTERM')
    expect(await member.ended).toEqual({ code: 0, signal: null })
    expect(member.errors).toBe('')
    await vi.waitFor(async () => {
      const behind = await topics.positions(group, [topic])
      expect(behind.reduce((sum, { lag }) => sum + lag, 0)).toBe(0)
    })
  })
})
