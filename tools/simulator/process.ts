// A simulated process: its clock, its calls to the outside, its pauses, and its death at any moment between two of them.

import { Fault } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Trace } from './trace.ts'

export interface CallRates {
  readonly lostBefore: number
  readonly lostAfter: number
}

export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly trace: Trace
  readonly latencyMs: number
  /** The part of the requests and replies, at this moment, that take very long. */
  readonly slowCalls: () => number
  /** Called once, when the process has died. */
  readonly died: () => void
}

/** One for each who waits: what waits for a shared one would be kept in memory with all of its story. */
const never = () => new Promise<never>(() => {})
/** The longest time that a slow request or reply takes. */
const slowMs = 3_000

/**
 * One life of a process. After `die` none of its timers fires and none of its calls returns: its functions
 * stay suspended for ever, as if the memory were gone, and only what it did to the outside remains.
 */
export class Process {
  readonly name: string
  /** Its wall clock may go wrong; how long it waits never does. */
  readonly clock: Clock
  readonly #around: Surroundings
  #isAlive = true
  #offsetMs = 0
  #awaitsLeft = Number.POSITIVE_INFINITY
  /** What is to happen in it once it goes on; undefined: it is not paused. */
  #held: (() => void)[] | undefined

  constructor(name: string, around: Surroundings) {
    this.name = name
    this.#around = around
    this.clock = {
      nowMs: () => around.clock.nowMs() + this.#offsetMs,
      after: (delayMs, action) => this.#after(delayMs, action),
    }
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isPaused(): boolean {
    return this.#held !== undefined
  }

  die(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    this.#held = undefined
    this.#around.trace.note('crash', this.name)
    this.#around.died()
  }

  /** It dies at the `count`-th await from now on a call to the outside: before its effect, or before its reply. */
  dieAtAwait(count: number): void {
    this.#awaitsLeft = count
  }

  /** Its wall clock is set to go `offsetMs` before the time, or behind when that is negative. */
  setClock(offsetMs: number): void {
    this.#offsetMs = offsetMs
  }

  /** As SIGSTOP does: its timers, and the replies and records that come, are held back. */
  pause(): void {
    this.#held ??= []
  }

  /** As SIGCONT does: everything that was held back comes at once, in its order. */
  resume(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const action of held) this.#around.clock.after(0, () => this.happen(action))
  }

  /** Something happens to the process from outside: once it goes on, and never when it is dead. */
  happen(action: () => void): void {
    if (!this.#isAlive) return
    if (this.#held === undefined) action()
    else this.#held.push(action)
  }

  /** A call over the network: it takes time each way, and its request or its reply may be lost. */
  async call<Reply>(what: string, rates: CallRates, action: () => Promise<Reply>): Promise<Reply> {
    const { random, trace } = this.#around
    if (!this.#lives()) return never()
    await this.#travel((arrive) => {
      // A request that is under way arrives also when its sender sleeps; who dies takes it along.
      if (this.#isAlive) arrive()
    })
    if (random() < rates.lostBefore) {
      trace.note('request-lost', `${this.name} ${what}`)
      throw this.#lost(what)
    }
    const reply = await action()
    await this.#travel((arrive) => this.happen(arrive))
    if (!this.#lives()) return never()
    if (random() < rates.lostAfter) {
      trace.note('reply-lost', `${this.name} ${what}`)
      throw this.#lost(what)
    }
    return reply
  }

  #lost(what: string): Fault {
    return new Fault(
      what.startsWith('publish') ? 'TRANSPORT_UNAVAILABLE' : 'STORE_UNAVAILABLE',
      `${what} got no reply`,
    )
  }

  /** Whether it outlives this await. */
  #lives(): boolean {
    if (this.#isAlive && --this.#awaitsLeft < 0) {
      this.#around.trace.note('crash-at-await', this.name)
      this.die()
    }
    return this.#isAlive
  }

  async #travel(land: (arrive: () => void) => void): Promise<void> {
    const { random, latencyMs, slowCalls, clock, trace } = this.#around
    const slow = slowCalls()
    const isSlow = slow > 0 && random() < slow
    if (isSlow) trace.note('slow-call', this.name)
    const delayMs = random() * (isSlow ? slowMs : latencyMs)
    await new Promise<void>((resolve) => clock.after(delayMs, () => land(resolve)))
  }

  #after(delayMs: number, action: () => void): Timer {
    let isCancelled = false
    const timer = this.#around.clock.after(delayMs, () => {
      this.happen(() => {
        if (!isCancelled) action()
      })
    })
    return {
      cancel: () => {
        isCancelled = true
        timer.cancel()
      },
    }
  }
}

/** `port` as `process` reaches it: every method is a call over the network. */
export function overNetwork<Port extends object>(
  name: string,
  port: Port,
  process: Process,
  rates: () => CallRates,
): Port {
  return new Proxy(port, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property)
      if (typeof method !== 'function') return method
      return (...args: unknown[]) =>
        process.call(`${name}.${String(property)}`, rates(), async () => Reflect.apply(method, target, args))
    },
  })
}
