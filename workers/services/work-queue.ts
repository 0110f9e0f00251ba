// What a zone has received and not yet answered: each attempt once, however often it is delivered.

import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Delivery } from '../../shared/ports/transport.ts'
import { Turns } from './turns.ts'
import { isCurrent, type Work, workOf } from './work.ts'

export class WorkQueue {
  readonly #clock: Clock
  /** Everything in hand: waiting, parked, being claimed, loaded or answered. */
  readonly #works = new Map<string, Work>()
  readonly #parked = new Map<Work, Timer>()
  readonly #waiting = new Turns<Work>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Attempts in hand. */
  get size(): number {
    return this.#works.size
  }

  /** Attempts that wait for a slot. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Queues the attempt; when it is in hand already the delivery joins it. */
  add(ready: ReadyEvent, delivery: Delivery): void {
    const work = workOf(ready, delivery)
    const known = this.#works.get(work.name)
    if (known !== undefined) {
      known.deliveries.push(delivery)
      return
    }
    this.#works.set(work.name, work)
    this.#waiting.push(work.key.runId, work)
  }

  /**
   * The next `most` attempts: run after run in turns, so that no run waits for all of another, and first come
   * first served within a run. What went to another member is dropped on the way.
   */
  take(most: number): readonly Work[] {
    const taken: Work[] = []
    while (taken.length < most) {
      const work = this.#waiting.shift()
      if (work === undefined) break
      if (isCurrent(work)) taken.push(work)
      else this.forget(work)
    }
    return taken
  }

  /** Queues an attempt again after `delayMs`; `wake` is called then. */
  park(work: Work, delayMs: number, wake: () => void): void {
    const timer = this.#clock.after(delayMs, () => {
      this.#parked.delete(work)
      this.#waiting.push(work.key.runId, work)
      wake()
    })
    this.#parked.set(work, timer)
  }

  /** The attempt is no longer in hand: a delivery of it is a new one. */
  forget(work: Work): void {
    this.#works.delete(work.name)
  }

  /** Forgets what has not begun; its deliveries stay incomplete and come again. */
  clear(): void {
    for (const [work, timer] of this.#parked) {
      timer.cancel()
      this.forget(work)
    }
    this.#parked.clear()
    for (const work of this.#waiting.clear()) this.forget(work)
  }
}
