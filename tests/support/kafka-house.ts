// Kafka transports for a test: quick to notice what happens to a group, and all closed at the end.

import type { KafkaOptions } from '../../shared/adapters/kafka/kafka-options.ts'
import { KafkaTransport } from '../../shared/adapters/kafka/kafka-transport.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import type { Subscription } from '../../shared/ports/transport.ts'
import type { Inbox } from './inbox.ts'
import { recordingLogger } from './recording-logger.ts'

export const sessionTimeoutMs = 1_000

export class KafkaHouse {
  readonly fatals: Error[] = []
  readonly logger = recordingLogger()
  readonly #address: string
  readonly #open: KafkaTransport[] = []

  constructor(address: string) {
    this.#address = address
  }

  client(options: Partial<KafkaOptions> = {}): KafkaTransport {
    const quick = {
      brokers: [this.#address],
      clientId: 'test',
      sessionTimeoutMs,
      heartbeatIntervalMs: 100,
      commitIntervalMs: 50,
      retries: 2,
    }
    const onFatal = (error: Error) => {
      this.fatals.push(error)
    }
    const surroundings = { clock: new SystemClock(), logger: this.logger, meter: silentMeter, onFatal }
    const transport = new KafkaTransport({ ...quick, ...options }, surroundings)
    this.#open.push(transport)
    return transport
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((transport) => transport.close()))
  }
}

export function subscription(group: string, topic: string, inbox: Inbox, maxInFlight = 10_000): Subscription {
  return { group, topics: [topic], maxInFlight, receive: inbox.receive }
}
