// Puts what nobody can read on the DLQ topic, and lets go of it where the broker does not want it either.

import { Fault } from '../base/fault.ts'
import type { DeadLetter } from '../events/dead-letter.ts'
import type { Transport } from '../ports/transport.ts'
import { insist, type Persistence } from './insist.ts'

/**
 * Tries until the letter is stored, also while the topic is missing. `refused`: the broker will never take
 * it; its place and its reason are in the log as an error, and its delivery is to be completed all the same,
 * because a record that comes back for ever stops everything behind it. `stopped`: it comes again elsewhere.
 */
export async function buryRecord(
  transport: Pick<Transport, 'publish'>,
  letter: DeadLetter,
  persistence: Omit<Persistence, 'worthwhile'>,
): Promise<'stored' | 'refused' | 'stopped'> {
  const worthwhile = (error: unknown) => !isRefusal(error)
  const publish = () => transport.publish([letter])
  try {
    const outcome = await insist('publish a dead letter', publish, { ...persistence, worthwhile })
    return outcome === 'stopped' ? 'stopped' : 'stored'
  } catch (error) {
    if (!isRefusal(error)) throw error
    const { dlq_source_topic, dlq_source_partition, dlq_source_offset, dlq_reason, dlq_code } = letter.headers
    persistence.logger.error('a record is dropped: it cannot be read, and the DLQ topic refuses it', {
      topic: dlq_source_topic,
      partition: dlq_source_partition,
      offset: dlq_source_offset,
      bytes: letter.value.length,
      code: dlq_code,
      reason: dlq_reason,
      error: error.message,
    })
    return 'refused'
  }
}

function isRefusal(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'TRANSPORT_REFUSED'
}
