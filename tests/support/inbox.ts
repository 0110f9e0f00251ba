// A receiver for tests: keeps what was delivered and resolves when a fact about it holds.

import type { Delivery } from '../../shared/ports/transport.ts'

export class Inbox {
  readonly deliveries: Delivery[] = []
  readonly #completes: boolean
  readonly #waiting = new Set<() => void>()

  /** With `completes`, each delivery is completed as soon as it comes. */
  constructor(completes = false) {
    this.#completes = completes
  }

  readonly receive = (deliveries: readonly Delivery[]): void => {
    this.deliveries.push(...deliveries)
    if (this.#completes) for (const delivery of deliveries) delivery.complete()
    for (const look of [...this.#waiting]) look()
  }

  /** What was delivered, as text, in the order of arrival. */
  get values(): readonly string[] {
    return this.deliveries.map(textOf)
  }

  /** Resolves once `holds`, which is asked after each receipt. */
  until(holds: (inbox: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds(this)) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  count(count: number): Promise<void> {
    return this.until(({ deliveries }) => deliveries.length >= count)
  }

  /** Resolves once every one of these was delivered at least once. */
  all(values: readonly string[]): Promise<void> {
    return this.until((inbox) => {
      const seen = new Set(inbox.values)
      return values.every((value) => seen.has(value))
    })
  }

  completeAll(): void {
    for (const delivery of this.deliveries) delivery.complete()
  }
}

export function textOf({ value }: { readonly value: Buffer | null }): string {
  return value?.toString() ?? ''
}
