// Looks for runs that nobody works on although something is due: what a dead replica left behind.

import { messageOf } from '../../shared/base/fault.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Service } from '../../shared/service/service.ts'
import type { RunStore } from '../ports/run-store.ts'
import type { Conductor } from './conductor.ts'
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
  #timer: Timer | undefined
  #running = false
  #looking: Promise<void> = Promise.resolve()

  constructor(parts: WatchdogParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    if (this.#running) return
    this.#running = true
    this.#arm()
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#timer?.cancel()
    await this.#looking
  }

  #arm(): void {
    // A start while the last look before a stop is still on its way has armed it too.
    this.#timer?.cancel()
    this.#timer = this.#parts.clock.after(everyMs, () => {
      this.#looking = this.#look().finally(() => {
        if (this.#running) this.#arm()
      })
    })
  }

  async #look(): Promise<void> {
    const { store, conductor, restorer, clock, logger, beat } = this.#parts
    try {
      await restorer.ensureWhole()
      const orphanedBeforeMs = clock.nowMs() - graceMs
      const runIds = await store.needingAttention(orphanedBeforeMs, orphanedBeforeMs)
      for (const runId of runIds) void conductor.attend(runId)
    } catch (error) {
      logger.warn('watchdog: the store does not answer', { error: messageOf(error) })
    }
    beat()
  }
}
