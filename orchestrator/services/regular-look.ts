// Looks again and again, one look at a time, with a pause after each: the shape of every watch.

import { messageOf } from '../../shared/base/fault.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Service } from '../../shared/service/service.ts'

export interface RegularLookParts {
  readonly name: string
  /** A look that rejects is logged, and the next one comes all the same. */
  readonly look: () => Promise<void>
  readonly everyMs: number
  readonly clock: Clock
  readonly logger: Logger
}

export class RegularLook implements Service {
  readonly name: string
  readonly #parts: RegularLookParts
  #timer: Timer | undefined
  #running = false
  #looking: Promise<void> = Promise.resolve()

  constructor(parts: RegularLookParts) {
    this.name = parts.name
    this.#parts = parts
  }

  async start(): Promise<void> {
    if (this.#running) return
    this.#running = true
    this.#arm()
  }

  /** Waits for the look under way. */
  async stop(): Promise<void> {
    this.#running = false
    this.#timer?.cancel()
    await this.#looking
  }

  #arm(): void {
    // A start while the last look before a stop is still on its way has armed it too.
    this.#timer?.cancel()
    this.#timer = this.#parts.clock.after(this.#parts.everyMs, () => {
      this.#looking = this.#look().finally(() => {
        if (this.#running) this.#arm()
      })
    })
  }

  async #look(): Promise<void> {
    const { name, look, logger } = this.#parts
    try {
      await look()
    } catch (error) {
      logger.warn(`${name}: cannot look, trying again`, { error: messageOf(error) })
    }
  }
}
