// The start/stop contract of everything that runs in the background, and a group that keeps it.

/**
 * `start` returns when the service does its work (or rejects and has left nothing behind); `stop` returns
 * when it has fully stopped. Both may be called twice, and `stop` before `start`.
 */
export interface Service {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts its services in order and stops them in reverse; a start that fails stops what it began. */
export class ServiceGroup implements Service {
  readonly name = 'group'
  readonly #services: readonly Service[]
  #started: Service[] = []

  constructor(services: readonly Service[]) {
    this.#services = services
  }

  async start(): Promise<void> {
    if (this.#started.length > 0) return
    try {
      for (const service of this.#services) {
        await service.start()
        this.#started.push(service)
      }
    } catch (error) {
      // Why it did not start says more than what went wrong on the way back.
      await this.stop().catch(() => {})
      throw error
    }
  }

  /** Stops every one, also when a stop before it failed; then it rejects with the first failure. */
  async stop(): Promise<void> {
    const started = this.#started
    this.#started = []
    const failures: unknown[] = []
    for (const service of started.reverse()) await service.stop().catch((error) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
}
