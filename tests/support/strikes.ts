// Calls that go wrong when a test says so: before their effect, after it, or not yet.

import { Fault, type FaultCode } from '../../shared/base/fault.ts'

type Strike = <Reply>(action: () => Promise<Reply>) => Promise<Reply>

export class Strikes {
  /** Calls so far, also those that were struck. */
  calls = 0
  readonly #coming: Strike[] = []
  #outage: Fault | undefined

  /** The next `times` calls fail and nothing of them happens. */
  before(times = 1, code: FaultCode = 'STORE_UNAVAILABLE'): void {
    this.#come(times, () => Promise.reject(new Fault(code, 'struck before the effect')))
  }

  /** The next `times` calls happen, and their replies are lost. */
  after(times = 1, code: FaultCode = 'STORE_UNAVAILABLE'): void {
    this.#come(times, async (action) => {
      await action()
      throw new Fault(code, 'struck after the effect')
    })
  }

  /** What `meanwhile` does happens before the next call has its effect. */
  first(meanwhile: () => Promise<unknown>): void {
    this.#come(1, async (action) => {
      await meanwhile()
      return action()
    })
  }

  /** The next call happens only when the given function is called. */
  hold(): () => void {
    const held = Promise.withResolvers<void>()
    this.first(() => held.promise)
    return held.resolve
  }

  /** Every call fails until `end`. */
  begin(code: FaultCode = 'STORE_UNAVAILABLE'): void {
    this.#outage = new Fault(code, 'nobody answers')
  }

  end(): void {
    this.#outage = undefined
  }

  async call<Reply>(action: () => Promise<Reply>): Promise<Reply> {
    this.calls++
    if (this.#outage !== undefined) throw this.#outage
    const strike = this.#coming.shift()
    return strike === undefined ? action() : strike(action)
  }

  #come(times: number, strike: Strike): void {
    for (let time = 0; time < times; time++) this.#coming.push(strike)
  }
}
