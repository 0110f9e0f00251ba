// All letters that lie in the DLQ topic now, by where they came from.

import { type Admin, Kafka, logLevel } from 'kafkajs'

export interface Letter {
  /** `<topic>/<partition>@<offset>` of the record that could not be read. */
  readonly place: string
  readonly reason: string
  readonly code: string
}

let readers = 0

/** Reads the topic from the beginning to the end that it has now. */
export async function readLetters(
  bootstrap: string,
  admin: Admin,
  topic: string,
): Promise<readonly Letter[]> {
  const ends = await admin.fetchTopicOffsets(topic)
  const wanted = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
  if (wanted === 0) return []
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `letters-${process.pid}-${++readers}` })
  const letters: Letter[] = []
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      const run = consumer.run({
        eachMessage: async ({ message: { headers = {} } }) => {
          const text = (name: string) => String(headers[name] ?? '')
          const place = `${text('dlq_source_topic')}/${text('dlq_source_partition')}@${text('dlq_source_offset')}`
          letters.push({ place, reason: text('dlq_reason'), code: text('dlq_code') })
          if (letters.length >= wanted) resolve()
        },
      })
      run.catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
  return letters
}
