// Which release of Kafka answers: brokers do not say it, so it is told by the requests they know.

import type { Logger } from '../../ports/logger.ts'
import { clusterOf, kafkaClient } from './kafka-client.ts'
import { kafkaFault } from './kafka-fault.ts'
import { type KafkaOptions, withDefaults } from './kafka-options.ts'

type ApiVersions = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>

/** Rejects with TRANSPORT_UNAVAILABLE or TRANSPORT_REFUSED. */
export async function kafkaVersion(options: KafkaOptions, logger: Logger): Promise<string> {
  const cluster = clusterOf(kafkaClient(withDefaults(options), logger))
  try {
    await cluster.connect()
    await cluster.refreshMetadata()
    const broker = await cluster.findControllerBroker()
    return kafkaReleaseOf(await broker.apiVersions())
  } catch (error) {
    throw kafkaFault(error, 'the broker cannot be asked for its version')
  } finally {
    await cluster.disconnect().catch(() => {})
  }
}

/**
 * What is new in each release, the newest first: the key of a request that it was the first to know, or the
 * oldest Fetch request that it still takes (the tables of the Kafka protocol guide, and KIP-896 for 4.0;
 * Produce tells nothing, brokers pretend to take its oldest for the sake of old clients).
 */
const marks: readonly (readonly [release: string, isKnown: (versions: ApiVersions) => boolean])[] = [
  ['4.1 or newer', (versions) => 90 in versions],
  ['4.0', (versions) => (versions[1]?.minVersion ?? 0) >= 4],
  ['3.x', (versions) => 66 in versions],
]

/** `4.1 or newer`, `4.0`, `3.x`, or `older than 3.0`. */
export function kafkaReleaseOf(versions: ApiVersions): string {
  return marks.find(([, isKnown]) => isKnown(versions))?.[0] ?? 'older than 3.0'
}
