// Keeps an outage of Kafka from ending a consumer of kafkajs 2.2.4 for good: a broker that goes away again while it is asked.

import { createRequire } from 'node:module'
import { assert } from '../../base/assert.ts'

type Find = (this: unknown, group: object) => Promise<unknown>

/**
 * Looking for the coordinator of a group, kafkajs asks one broker after the other and forgets what they said.
 * When none knew, it throws an error that counts as final, and the consumer does not come back: but that is
 * what every broker says that is just going or coming. With this the same error may be tried again, and
 * kafkajs starts the consumer anew. Harmless when called twice.
 */
export function patchCoordinatorSearch(): void {
  const cluster: { prototype: { findGroupCoordinatorMetadata: Find & { patched?: true } } } = createRequire(
    import.meta.url,
  )('kafkajs/src/cluster')
  const original = cluster.prototype.findGroupCoordinatorMetadata
  assert(typeof original === 'function', 'kafkajs 2.2.4 has Cluster.findGroupCoordinatorMetadata')
  if (original.patched) return
  const find: Find & { patched?: true } = async function find(group) {
    try {
      return await original.call(this, group)
    } catch (error) {
      throw error instanceof Error ? retried(error) : error
    }
  }
  find.patched = true
  cluster.prototype.findGroupCoordinatorMetadata = find
}

function retried(error: Error): Error {
  return error.name === 'KafkaJSGroupCoordinatorNotFound' ? Object.assign(error, { retriable: true }) : error
}
