// The brokers that every other integration test stands on keep what they promise.

import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeWithBrokers, describeWithOwnBrokers } from '../../support/brokers/brokers.ts'
import { LocalKafka } from '../../support/brokers/local-kafka.ts'
import { LocalRedis } from '../../support/brokers/local-redis.ts'
import { createTopics, ownNames } from '../../support/brokers/own-names.ts'

const quiet = (bootstrap: string) =>
  new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 1 } })

/** Sends one record and reads the topic from its beginning until `count` records have come. */
async function records(bootstrap: string, topic: string, count: number): Promise<string[]> {
  const consumer = quiet(bootstrap).consumer({ groupId: `${topic}.${count}`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const read: string[] = []
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          read.push(String(message.value))
          if (read.length >= count) resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  return read
}

async function send(bootstrap: string, topic: string, value: string): Promise<void> {
  const producer = quiet(bootstrap).producer()
  await producer.connect()
  await producer.send({ topic, messages: [{ value }], acks: -1 })
  await producer.disconnect()
}

describeWithBrokers('the shared brokers', ({ kafka, redis }) => {
  const names = ownNames('brokers')

  it('hand a record from a producer to a group', async () => {
    await createTopics(kafka, [names.of('round')])
    await send(kafka, names.of('round'), 'there')
    expect(await records(kafka, names.of('round'), 1)).toEqual(['there'])
  })

  it('do not create topics by themselves', async () => {
    const producer = quiet(kafka).producer({ allowAutoTopicCreation: true, retry: { retries: 0 } })
    await producer.connect()
    const sent = producer.send({ topic: names.of('never-created'), messages: [{ value: 'x' }] })
    await expect(sent).rejects.toThrow()
    await producer.disconnect()
  })

  it('allow the short group sessions that tests of rebalancing need', async () => {
    await createTopics(kafka, [names.of('short')])
    const consumer = quiet(kafka).consumer({
      groupId: names.of('short'),
      sessionTimeout: 1_000,
      maxWaitTimeInMs: 100,
      heartbeatInterval: 300,
    })
    const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve))
    await consumer.connect()
    await consumer.subscribe({ topic: names.of('short') })
    await consumer.run({ eachMessage: async () => undefined })
    await joined
    await consumer.disconnect()
  })

  it('keep the data of Redis on disk and never drop a key for want of memory', async () => {
    const client = new Redis(redis)
    const settings = await Promise.all([
      client.config('GET', 'appendonly'),
      client.config('GET', 'maxmemory-policy'),
    ])
    await client.quit()
    expect(JSON.stringify(settings)).toMatch(/yes.*noeviction/)
  })
})

describeWithOwnBrokers('a broker of its own', ['kafka', 'redis'], () => {
  let kafka: LocalKafka
  let redis: LocalRedis

  beforeEach(() => {
    kafka = new LocalKafka()
    redis = new LocalRedis()
  })

  afterEach(() => Promise.all([kafka.stop(), redis.stop()]))

  it('still has every acknowledged record after kill -9 and a restart at the same address', async () => {
    await kafka.start()
    const address = kafka.bootstrap
    await createTopics(address, ['kept'], 1)
    await send(address, 'kept', 'before')
    await kafka.kill('SIGKILL')
    await expect(send(address, 'kept', 'lost')).rejects.toThrow()
    await kafka.start()
    expect(kafka.bootstrap).toBe(address)
    await send(address, 'kept', 'after')
    expect(await records(address, 'kept', 2)).toEqual(['before', 'after'])
  })

  it('has what Redis was told to keep at once after kill -9 and a restart', async () => {
    redis = new LocalRedis(['--appendfsync', 'always'])
    await redis.start()
    const client = new Redis(redis.url)
    await client.set('kept', 'yes')
    await redis.kill('SIGKILL')
    await redis.start()
    expect(await client.get('kept')).toBe('yes')
    await client.quit()
  })

  it('says why it does not start', async () => {
    redis = new LocalRedis(['--no-such-setting', '1'])
    await expect(redis.start()).rejects.toThrow('no-such-setting')
  })
})
