// No broker that knows the coordinator of a group is an outage, and an outage ends no consumer.

import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { patchCoordinatorSearch } from '../../../../../shared/adapters/kafka/coordinator-patch.ts'

interface Cluster {
  findGroupCoordinatorMetadata(what: { groupId: string }): Promise<unknown>
}

/** A cluster of kafkajs whose brokers answer as `withBroker` does. */
function clusterWith(withBroker: () => Promise<unknown>): Cluster {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/cluster') as { prototype: Cluster }
  return Object.assign(Object.create(prototype) as Cluster, { brokerPool: { withBroker } })
}

describe('the search for the coordinator of a group', () => {
  it('may be tried again when no broker knows it', async () => {
    patchCoordinatorSearch()
    const search = clusterWith(async () => null).findGroupCoordinatorMetadata({ groupId: 'group' })
    await expect(search).rejects.toMatchObject({
      name: 'KafkaJSGroupCoordinatorNotFound',
      retriable: true,
    })
  })

  it('gives what a broker says, and leaves other errors as they are', async () => {
    patchCoordinatorSearch()
    patchCoordinatorSearch()
    const coordinator = { nodeId: 1 }
    const found = clusterWith(async () => coordinator).findGroupCoordinatorMetadata({ groupId: 'group' })
    expect(await found).toBe(coordinator)
    const refusal = Object.assign(new Error('no'), { retriable: false })
    const refused = clusterWith(() => Promise.reject(refusal)).findGroupCoordinatorMetadata({
      groupId: 'group',
    })
    await expect(refused).rejects.toBe(refusal)
    expect(refusal.retriable).toBe(false)
  })
})
