// Says when to take more: shut above a limit, open again below half of it, so that it does not flutter.

export class FlowGate {
  readonly #limit: number
  #isOpen = true
  #isShut = false

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether more may be taken while this many are in flight. */
  isOpenAt(inFlight: number): boolean {
    this.#isOpen = this.#isOpen ? inFlight <= this.#limit : inFlight === 0 || inFlight * 2 < this.#limit
    return this.#isOpen && !this.#isShut
  }

  /** For good. */
  shut(): void {
    this.#isShut = true
  }
}
