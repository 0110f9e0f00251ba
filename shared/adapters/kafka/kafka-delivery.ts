// A record of a fetch as the port shows it.

import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { HeldPartition } from '../../base/partition-assignment.ts'
import type { Delivery } from '../../ports/transport.ts'

export class KafkaDelivery implements Delivery {
  readonly #held: HeldPartition
  readonly #number: number
  readonly #message: KafkaMessage
  #headers: Readonly<Record<string, string>> | undefined

  /** `number`: what the partition's tracker calls the record. */
  constructor(message: KafkaMessage, held: HeldPartition, number: number) {
    this.#message = message
    this.#held = held
    this.#number = number
  }

  get topic(): string {
    return this.#held.topic
  }

  get partition(): number {
    return this.#held.partition
  }

  get offset(): string {
    return this.#message.offset
  }

  get key(): string | null {
    return keyOf(this.#message.key)
  }

  get value(): Buffer | null {
    return this.#message.value
  }

  /** Read on demand: most records are handled without a look at their headers. */
  get headers(): Readonly<Record<string, string>> {
    this.#headers ??= headersOf(this.#message.headers)
    return this.#headers
  }

  get timestampMs(): number {
    return Number(this.#message.timestamp)
  }

  isCurrent(): boolean {
    return this.#held.assignment.isCurrent
  }

  complete(): void {
    this.#held.complete(this.#number)
  }
}

export function keyOf(key: Buffer | null | undefined): string | null {
  return key?.toString() ?? null
}

/** Headers as text; of a header that stands more than once the last one counts, as in Kafka's `lastHeader`. */
export function headersOf(headers: IHeaders | undefined): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value
    if (last !== undefined && last !== null) texts[name] = last.toString()
  }
  return texts
}
