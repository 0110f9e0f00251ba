// The transport on a real Kafka keeps the contract.

import { KafkaTransport } from '../../shared/adapters/kafka/kafka-transport.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import { transportContract } from '../contract/transport.contract.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { createTopics, ownNames } from '../support/brokers/own-names.ts'

describeWithBrokers('Kafka', ({ kafka }) => {
  const names = ownNames('transport')
  let count = 0
  transportContract('Apache Kafka', async () => {
    const clients: KafkaTransport[] = []
    const client = (address: string) => {
      const surroundings = {
        clock: new SystemClock(),
        logger: silentLogger,
        meter: silentMeter,
        onFatal: (error: Error) => {
          throw error
        },
      }
      const options = {
        brokers: [address],
        clientId: 'contract',
        sessionTimeoutMs: 6_000,
        heartbeatIntervalMs: 100,
        retries: 2,
      }
      const transport = new KafkaTransport(options, surroundings)
      clients.push(transport)
      return transport
    }
    return {
      client: () => client(kafka),
      strandedClient: () => client('127.0.0.1:1'),
      topic: async () => {
        const topic = names.of(`topic-${count++}`)
        await createTopics(kafka, [topic])
        return topic
      },
      group: () => names.of(`group-${count++}`),
      tooManyBytes: 2_000_000,
      close: async () => {
        await Promise.all(clients.map((each) => each.close()))
      },
    }
  })
})
