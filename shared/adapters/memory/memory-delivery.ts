// A record of a log in memory as the port shows it.

import type { HeldPartition } from '../../base/partition-assignment.ts'
import type { Delivery } from '../../ports/transport.ts'
import type { MemoryRecord } from './memory-log.ts'

export class MemoryDelivery implements Delivery {
  readonly #record: MemoryRecord
  readonly #held: HeldPartition
  readonly #number: number
  readonly #offset: number

  constructor(record: MemoryRecord, held: HeldPartition, number: number, offset: number) {
    this.#record = record
    this.#held = held
    this.#number = number
    this.#offset = offset
  }

  get topic(): string {
    return this.#held.topic
  }

  get partition(): number {
    return this.#held.partition
  }

  get offset(): string {
    return String(this.#offset)
  }

  get key(): string {
    return this.#record.key
  }

  get value(): Buffer {
    return bytesOf(this.#record)
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#record.headers
  }

  get timestampMs(): number {
    return this.#record.timestampMs
  }

  isCurrent(): boolean {
    return this.#held.assignment.isCurrent
  }

  complete(): void {
    this.#held.complete(this.#number)
  }
}

export function bytesOf({ value }: MemoryRecord): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : value
}
