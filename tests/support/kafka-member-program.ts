// A process that is one member of a group: says on stdout, one JSON line each, what happens to it.
// Arguments: bootstrap, group, topic, and `hold` or `complete`.

import { KafkaTransport } from '../../shared/adapters/kafka/kafka-transport.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import { textOf } from './inbox.ts'

const [bootstrap = '', group = '', topic = '', manner = 'hold'] = process.argv.slice(2)
const say = (fact: unknown) => process.stdout.write(`${JSON.stringify(fact)}\n`)

const transport = new KafkaTransport(
  { brokers: [bootstrap], clientId: 'member', sessionTimeoutMs: 1_000, heartbeatIntervalMs: 100 },
  {
    clock: new SystemClock(),
    logger: silentLogger,
    meter: silentMeter,
    onFatal: () => process.exit(70),
  },
)
process.once('SIGTERM', () => {
  void transport.close().then(() => say({ closed: true }))
})
await transport.subscribe({
  group,
  topics: [topic],
  maxInFlight: 1_000,
  receive: (deliveries) => {
    if (manner === 'complete') for (const delivery of deliveries) delivery.complete()
    say({ received: deliveries.map(textOf) })
  },
})
await transport.publish([{ topic, key: 'hello', value: 'hello' }])
say({ joined: true })
