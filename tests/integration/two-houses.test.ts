// Two houses on one Kafka and one Redis, told apart by their topics, their groups and their prefix.

import { beforeAll, expect, it } from 'vitest'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { clientOf, factsOf, realHouse } from '../support/real-house.ts'

const quick = { WORKER_1_PROC_SEC: '0.01' }
const objects = Array.from({ length: 60 }, (_, index) => ({ id: `extract-${index}`, layer: 1000 }))

describeWithBrokers('two houses on the same brokers', (brokers) => {
  const houses = [realHouse('one', brokers), realHouse('two', brokers)]
  const orchestrators = houses.map((house) => house.orchestrator())
  const workers = houses.map((house) => house.worker('ingestion', quick))

  beforeAll(async () => {
    await Promise.all([...orchestrators, ...workers].map((program) => program.start()))
  })

  it('load runs of the same id at the same time, each its own', async () => {
    const ends = orchestrators.map(async (orchestrator, index) => {
      const client = clientOf(orchestrator)
      await client.openRun({ objects: objects.slice(index), run_id: 'same' })
      return (await factsOf(client, 'same')).at(-1)
    })
    expect(await Promise.all(ends)).toMatchObject([
      { state: 'succeeded', counts: { loaded: 60 } },
      { state: 'succeeded', counts: { loaded: 59 } },
    ])
  })
})
