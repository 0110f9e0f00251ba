// Reading a topic from beginning to end on a real broker that has only just created it.

import { afterAll, expect, it } from 'vitest'
import { KafkaTopics } from '../../shared/adapters/kafka/kafka-topics.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { KafkaHouse } from '../support/kafka-house.ts'

describeWithBrokers('a scan on Kafka', ({ kafka }) => {
  const names = ownNames('scan')
  const topics = new KafkaTopics({ brokers: [kafka], clientId: 'test' })
  const house = new KafkaHouse(kafka)

  afterAll(async () => {
    await house.close()
    await topics.close()
  })

  it('waits for the leaders of a topic that was created a moment ago', async () => {
    const transport = house.client({ retries: 5 })
    const fresh = Array.from({ length: 3 }, (_, index) => names.of(`fresh-${index}`))
    for (const name of fresh) {
      // Others wait for this answer; the reader is somebody who only saw that the topic exists.
      const created = topics.create([{ name, partitions: 20 }])
      const seen: unknown[] = []
      const scanned = untilThere(() => transport.scan(name, undefined, (record) => seen.push(record)))
      await Promise.all([created, scanned])
      expect(seen).toEqual([])
    }
  })
})

/** Repeats the scan only while the topic does not exist at all. */
async function untilThere(scan: () => Promise<void>): Promise<void> {
  for (;;) {
    const error: unknown = await scan().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error === undefined) return
    if (!String(error).includes('create the topics first')) throw error
  }
}
