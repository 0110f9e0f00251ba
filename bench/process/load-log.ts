// When each object was loaded, on the machine's monotonic clock: all processes of a machine read the same one.

import { indexOfId } from '../shape.ts'

/** Three columns: the object's place in its shape, and begin and end of its load in milliseconds. */
export interface Loads {
  readonly index: readonly number[]
  readonly beganMs: readonly number[]
  readonly endedMs: readonly number[]
}

/** Milliseconds of CLOCK_MONOTONIC, with the fraction. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export class LoadLog {
  #index: number[] = []
  #beganMs: number[] = []
  #endedMs: number[] = []

  record(id: string | number, beganMs: number, endedMs: number): void {
    this.#index.push(indexOfId(id))
    this.#beganMs.push(beganMs)
    this.#endedMs.push(endedMs)
  }

  get size(): number {
    return this.#index.length
  }

  /** Gives what was recorded and begins anew. */
  take(): Loads {
    const loads = { index: this.#index, beganMs: this.#beganMs, endedMs: this.#endedMs }
    this.#index = []
    this.#beganMs = []
    this.#endedMs = []
    return loads
  }
}
