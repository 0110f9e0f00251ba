// What the embedded house stands on: broker, stores and ledger in this process's memory.

import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { MemoryZoneRegister } from '../../workers/adapters/memory/memory-zone-register.ts'

/** Records kept of topics that nobody in this process reads. */
const unread = 10_000

export function embeddedAdapters(clock: Clock, logger: Logger, topics: Topics) {
  const nowMs = () => clock.nowMs()
  const tails = new Map(
    [topics.journal, topics.dlq, topics.workflow].map((topic) => [topic, unread] as const),
  )
  const broker = new MemoryBroker({ clock, logger, tails })
  const store = new MemoryRunStore(nowMs)
  const ledger = new MemoryAttemptLedger(nowMs)
  const register = new MemoryZoneRegister(nowMs)
  return {
    /** A client of the broker: each program has its own, as with Kafka. */
    newTransport: () => new MemoryTransport(broker),
    store,
    recovery: store,
    registry: new MemoryLoadRegistry(),
    builds: new MemoryBuildRegistry(nowMs),
    /** One ledger and one register, as both programs see them. */
    ledger,
    leases: ledger,
    register,
    directory: register,
  }
}

export type EmbeddedAdapters = ReturnType<typeof embeddedAdapters>
