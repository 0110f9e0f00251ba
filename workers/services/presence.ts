// Says every few seconds that a worker is alive, and takes it back when it leaves.

import { messageOf } from '../../shared/base/fault.ts'
import { type Clock, sleep, type Timer } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { WorkerNotice, ZoneRegister } from '../ports/zone-register.ts'

export interface PresenceParts {
  readonly register: ZoneRegister
  /** What is true of the worker now. */
  readonly notice: () => WorkerNotice
  readonly clock: Clock
  readonly logger: Logger
}

const everyMs = 3_000
/** Two signs of life may be lost. */
const ttlMs = 3 * everyMs + 1_000
/** How long leaving waits for the register; what it does not take back runs out by itself. */
const withdrawMs = 1_000

/** Lives once: after `leave` it is silent. */
export class Presence {
  readonly #parts: PresenceParts
  #timer: Timer | undefined
  #saying: Promise<void> = Promise.resolve()
  #hasLeft = false

  constructor(parts: PresenceParts) {
    this.#parts = parts
  }

  begin(): void {
    this.#saying = this.#say().finally(() => {
      if (!this.#hasLeft) this.#timer = this.#parts.clock.after(everyMs, () => this.begin())
    })
  }

  /** Waits a second at most; never rejects. */
  async leave(): Promise<void> {
    this.#hasLeft = true
    this.#timer?.cancel()
    const { register, notice, clock, logger } = this.#parts
    const over = new AbortController()
    // A sign of life that is still on its way must not come after it.
    const withdrawn = this.#saying
      .then(() => register.withdraw(notice()))
      .catch((error: unknown) => logger.warn('cannot say that a worker leaves', { error: messageOf(error) }))
    await Promise.race([withdrawn, sleep(clock, withdrawMs, over.signal)])
    over.abort()
  }

  async #say(): Promise<void> {
    const { register, notice, logger } = this.#parts
    try {
      await register.announce(notice(), ttlMs)
    } catch (error) {
      logger.warn('cannot say that a worker is alive, trying again', { error: messageOf(error) })
    }
  }
}
