// A simulated process: its clock, its calls to the outside, and its death at any moment between two of them.

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
}

const never = new Promise<never>(() => {})

/**
 * One life of a process. After `die` none of its timers fires and none of its calls returns: its functions
 * stay suspended for ever, as if the memory were gone, and only what it did to the outside remains.
 */
export class Process {
  readonly name: string
  readonly clock: Clock
  readonly #around: Surroundings
  #isAlive = true

  constructor(name: string, around: Surroundings) {
    this.name = name
    this.#around = around
    this.clock = {
      nowMs: () => around.clock.nowMs(),
      after: (delayMs, action) => this.#after(delayMs, action),
    }
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  die(): void {
    this.#isAlive = false
    this.#around.trace.note('crash', this.name)
  }

  /** A call over the network: it takes time each way, and its request or its reply may be lost. */
  async call<Reply>(what: string, rates: CallRates, action: () => Promise<Reply>): Promise<Reply> {
    const { random, trace } = this.#around
    await this.#travel()
    if (random() < rates.lostBefore) {
      trace.note('request-lost', `${this.name} ${what}`)
      throw this.#lost(what)
    }
    const reply = await action()
    await this.#travel()
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

  async #travel(): Promise<void> {
    if (!this.#isAlive) return never
    const delayMs = this.#around.random() * this.#around.latencyMs
    await new Promise<void>((resolve) => this.#around.clock.after(delayMs, resolve))
    if (!this.#isAlive) return never
  }

  #after(delayMs: number, action: () => void): Timer {
    return this.#around.clock.after(delayMs, () => {
      if (this.#isAlive) action()
    })
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
