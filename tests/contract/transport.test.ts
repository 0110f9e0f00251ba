// The transport in memory keeps the contract, in real time.

import { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { transportContract } from './transport.contract.ts'

transportContract('one process', async () => {
  const clock = new SystemClock()
  const broker = new MemoryBroker({ clock })
  const stranded = new MemoryBroker({ clock })
  stranded.setReachable(false)
  const clients: MemoryTransport[] = []
  let names = 0
  return {
    client: () => {
      const client = new MemoryTransport(broker)
      clients.push(client)
      return client
    },
    strandedClient: () => new MemoryTransport(stranded),
    topic: async () => `topic.${names++}`,
    group: () => `group.${names++}`,
    tooManyBytes: 2_000_000,
    close: async () => {
      for (const client of clients) await client.close()
    },
  }
})
