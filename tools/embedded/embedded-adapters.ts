// What the embedded house stands on: broker, stores and ledger in this process's memory, and a folder for what must outlive it.

import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { SqliteLoadRegistry } from '../../orchestrator/adapters/sqlite/sqlite-load-registry.ts'
import { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import type { DataFolder } from '../../shared/adapters/sqlite/data-folder.ts'
import { SqliteRecordKeep } from '../../shared/adapters/sqlite/sqlite-record-keep.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { MemoryZoneRegister } from '../../workers/adapters/memory/memory-zone-register.ts'
import { EmbeddedRetention } from './embedded-retention.ts'

/** Records kept of topics that nobody in this process reads. */
const unread = 10_000

export interface EmbeddedGround {
  readonly clock: Clock
  readonly logger: Logger
  readonly topics: Topics
  /** Undefined: nothing is kept on a disk. */
  readonly folder: DataFolder | undefined
}

export function embeddedAdapters({ clock, logger, topics, folder }: EmbeddedGround) {
  const nowMs = () => clock.nowMs()
  const tails = new Map(
    [topics.journal, topics.dlq, topics.workflow].map((topic) => [topic, unread] as const),
  )
  const recordKeep = folder && new SqliteRecordKeep(folder, [topics.journal, topics.dlq], logger)
  const broker = new MemoryBroker({ clock, logger, tails, recordKeep })
  const store = new MemoryRunStore(nowMs)
  const ledger = new MemoryAttemptLedger(nowMs)
  const register = new MemoryZoneRegister(nowMs)
  // The journal may have runs that the store has not: they are restored before anything is decided.
  if (folder !== undefined) store.lose()
  const kept = folder && recordKeep && { folder, recordKeep }
  return {
    /** A client of the broker: each program has its own, as with Kafka. */
    newTransport: () => new MemoryTransport(broker),
    store,
    recovery: store,
    builds: new MemoryBuildRegistry(nowMs),
    /** One ledger and one register, as both programs see them. */
    ledger,
    leases: ledger,
    register,
    directory: register,
    registry: folder === undefined ? new MemoryLoadRegistry() : new SqliteLoadRegistry(folder),
    retention: new EmbeddedRetention({ store, kept, topics, clock, logger }),
    isAlone: folder !== undefined,
  }
}

export type EmbeddedAdapters = ReturnType<typeof embeddedAdapters>
