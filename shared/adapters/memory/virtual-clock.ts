// Time that passes only when a test or the simulator says so.

import { assert } from '../../base/assert.ts'
import type { Clock, Timer } from '../../ports/clock.ts'

interface Waiting {
  readonly dueMs: number
  /** Timers of one instant fire in the order in which they were made. */
  readonly number: number
  readonly action: () => void
  isCancelled: boolean
}

/** More timers than this at one instant are a loop that waits for time without letting it pass. */
const maxTimersAtOnce = 10_000_000

/**
 * Deterministic: the same calls give the same order, whatever the machine does. Before and after each
 * timer everything runs that waits for promises only; what waits for real time or real I/O is not waited for.
 */
export class VirtualClock implements Clock {
  readonly #heap: Waiting[] = []
  #nowMs: number
  #made = 0

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#heap.reduce((count, { isCancelled }) => count + (isCancelled ? 0 : 1), 0)
  }

  after(delayMs: number, action: () => void): Timer {
    assert(!Number.isNaN(delayMs), 'a delay is a number')
    const dueMs = this.#nowMs + Math.max(0, delayMs)
    const waiting = { dueMs, number: this.#made++, action, isCancelled: false }
    if (dueMs < Number.POSITIVE_INFINITY) push(this.#heap, waiting)
    return {
      cancel: () => {
        waiting.isCancelled = true
      },
    }
  }

  /** Lets `ms` milliseconds pass, and everything happen that is due in them. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await this.#run(untilMs, () => false)
    this.#nowMs = untilMs
  }

  /**
   * Lets time pass until `isReached` says true (asked after each timer), at most `limitMs`. Resolves with
   * whether it was reached; false also when no timer waits any more.
   */
  async runUntil(isReached: () => boolean, limitMs = 86_400_000): Promise<boolean> {
    await this.#run(this.#nowMs + limitMs, isReached)
    return isReached()
  }

  async #run(untilMs: number, isReached: () => boolean): Promise<void> {
    await settled()
    let atOnce = 0
    for (let next = this.#next(untilMs); next !== undefined && !isReached(); next = this.#next(untilMs)) {
      atOnce = next.dueMs > this.#nowMs ? 0 : atOnce + 1
      assert(atOnce < maxTimersAtOnce, 'time passes between timers')
      pop(this.#heap)
      this.#nowMs = next.dueMs
      next.action()
      await settled()
    }
  }

  #next(untilMs: number): Waiting | undefined {
    while (this.#heap[0]?.isCancelled) pop(this.#heap)
    const first = this.#heap[0]
    return first !== undefined && first.dueMs <= untilMs ? first : undefined
  }
}

/** Resolves when nothing is left to do but to wait: promise jobs all run before the next immediate. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.number < b.number)
}

// A binary heap: the simulator makes millions of timers.

function push(heap: Waiting[], waiting: Waiting): void {
  let index = heap.push(waiting) - 1
  while (index > 0) {
    const above = (index - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || isBefore(parent, waiting)) break
    heap[index] = parent
    index = above
  }
  heap[index] = waiting
}

function pop(heap: Waiting[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let index = 0
  for (;;) {
    const left = heap[2 * index + 1]
    const right = heap[2 * index + 2]
    const isRight = left !== undefined && right !== undefined && isBefore(right, left)
    const child = isRight ? right : left
    if (child === undefined || isBefore(last, child)) break
    heap[index] = child
    index = 2 * index + (isRight ? 2 : 1)
  }
  heap[index] = last
}
