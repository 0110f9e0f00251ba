// Looks for runs that nobody works on although something is due: what a dead replica left behind.

import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Service } from '../../shared/service/service.ts'
import type { RunStore } from '../ports/run-store.ts'
import type { Conductor } from './conductor.ts'
import { RegularLook } from './regular-look.ts'
import type { Restorer } from './restorer.ts'

export interface WatchdogParts {
  readonly store: Pick<RunStore, 'needingAttention'>
  readonly conductor: Pick<Conductor, 'attend'>
  readonly restorer: Pick<Restorer, 'ensureWhole'>
  readonly clock: Clock
  readonly logger: Logger
  /** Called after each look: shows that the loop turns. */
  readonly beat: () => void
}

const everyMs = 1_000

/** What is due is left to the replica that has the run in memory for this long; then it counts as orphaned. */
const graceMs = 2_000

export class Watchdog implements Service {
  readonly name = 'watchdog'
  readonly #parts: WatchdogParts
  readonly #looks: RegularLook

  constructor(parts: WatchdogParts) {
    this.#parts = parts
    this.#looks = new RegularLook({ ...parts, name: this.name, everyMs, look: () => this.#look() })
  }

  start(): Promise<void> {
    return this.#looks.start()
  }

  stop(): Promise<void> {
    return this.#looks.stop()
  }

  async #look(): Promise<void> {
    const { store, conductor, restorer, clock, beat } = this.#parts
    try {
      await restorer.ensureWhole()
      const orphanedBeforeMs = clock.nowMs() - graceMs
      const runIds = await store.needingAttention(orphanedBeforeMs, orphanedBeforeMs)
      for (const runId of runIds) void conductor.attend(runId)
    } finally {
      beat()
    }
  }
}
