// What the publisher owes to calls that share its requests.

import { afterAll, expect, it } from 'vitest'
import { KafkaTopics } from '../../shared/adapters/kafka/kafka-topics.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { KafkaHouse } from '../support/kafka-house.ts'

const partitions = 4

describeWithBrokers('a publisher on Kafka', ({ kafka }) => {
  const names = ownNames('publisher')
  const topics = new KafkaTopics({ brokers: [kafka], clientId: 'test' })
  const house = new KafkaHouse(kafka)
  afterAll(async () => {
    await house.close()
    await topics.close()
  })

  it('fails for a topic that does not exist, not for what was published beside it, and not once it exists', async () => {
    const [there, missing] = [names.of('there'), names.of('missing')]
    await topics.create([{ name: there, partitions }])
    const transport = house.client()
    const to = (topic: string) => transport.publish([{ topic, key: 'one', value: 'x' }])
    const outcomes = await Promise.allSettled([to(there), to(missing), to(there)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'TRANSPORT_UNAVAILABLE' } })
    expect(
      (
        await topics.create([
          { name: there, partitions },
          { name: missing, partitions },
        ])
      ).created,
    ).toEqual([missing])
    await expect(to(missing)).resolves.toBeUndefined()
  })

  it('stores what it was given before it was closed', async () => {
    const topic = names.of('closing')
    await topics.create([{ name: topic, partitions }])
    const transport = house.client()
    const stored = transport.publish([{ topic, key: 'one', value: 'last words' }])
    await transport.close()
    await expect(stored).resolves.toBeUndefined()
  })
})
