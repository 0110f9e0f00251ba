// The order in which the services of an orchestrator come up and go down.

import { type Clock, sleep } from '../shared/ports/clock.ts'
import { OneAtATime } from '../shared/service/one-at-a-time.ts'
import type { Service } from '../shared/service/service.ts'
import type { AnswerIntake } from './services/answer-intake.ts'
import type { Conductor } from './services/conductor.ts'

/** Has work of its own on its way that a stop should wait for. */
interface Draining {
  drained(): Promise<void>
  stop(): Promise<void>
}

export interface LifeParts {
  readonly clock: Clock
  /** How long `stop` waits for what was decided to be published. */
  readonly drainMs: number
  /** Comes first in a start, before anything is received. */
  readonly prepare: () => Promise<void>
  readonly intake: AnswerIntake
  readonly conductor: Pick<Conductor, 'stop'>
  /** Loops that look around, in the order of their start. */
  readonly watches: readonly Service[]
  readonly drains: readonly Draining[]
  /** Gives up what it still has in hand. */
  readonly desk: { stop(): Promise<void> }
}

/** Lives once: after a stop, a start does nothing. A stop that comes while it starts waits until it has. */
export class OrchestratorLife {
  readonly #parts: LifeParts
  readonly #turns = new OneAtATime()
  #isOver = false

  constructor(parts: LifeParts) {
    this.#parts = parts
  }

  start(): Promise<void> {
    return this.#turns.run(async () => {
      if (this.#isOver) return
      await this.#parts.prepare()
      await this.#parts.intake.start()
      for (const watch of this.#parts.watches) await watch.start()
    })
  }

  stop(): Promise<void> {
    return this.#turns.run(() => this.#stop())
  }

  // What was decided is published before the offsets of its answers are committed for the last time.
  async #stop(): Promise<void> {
    const { clock, drainMs, intake, conductor, watches, drains, desk } = this.#parts
    this.#isOver = true
    intake.pause()
    await Promise.all(watches.map((watch) => watch.stop()))
    await conductor.stop()
    const given = new AbortController()
    const drained = Promise.all(drains.map((drain) => drain.drained()))
    await Promise.race([drained, sleep(clock, drainMs, given.signal)])
    given.abort()
    await Promise.all([...drains, desk].map((one) => one.stop()))
    await intake.stop()
  }
}
