// Reads the journal into a fold, and goes on where it stopped.

import type { Clock } from '../../shared/ports/clock.ts'
import type { Transport } from '../../shared/ports/transport.ts'
import { JournalFold } from '../core/run/journal-fold.ts'

export interface JournalReaderParts {
  readonly transport: Pick<Transport, 'scan'>
  readonly journal: string
  readonly clock: Clock
}

/** While it reads it says so this often. */
const aliveEveryMs = 5_000

export class JournalReader {
  readonly #parts: JournalReaderParts
  readonly #alive: () => Promise<unknown>
  readonly #fold = new JournalFold()
  /** By partition: the offset of the last record that was taken. */
  readonly #taken = new Map<number, number>()
  #saidAtMs: number

  /** `alive` is called now and then while the journal is read; what becomes of the call is of no interest. */
  constructor(parts: JournalReaderParts, alive: () => Promise<unknown>) {
    this.#parts = parts
    this.#alive = alive
    this.#saidAtMs = parts.clock.nowMs()
  }

  /** Takes what is new in the journal up to its present end; the fold is the same each time. Of one run
   * only, and of those that share its partition, when it is given. Rejects as Transport.scan. */
  async read(runId?: string): Promise<JournalFold> {
    const { transport, journal } = this.#parts
    await transport.scan(journal, runId, ({ partition, offset, value }) => {
      this.#sayAlive()
      if (Number(offset) <= (this.#taken.get(partition) ?? -1)) return
      this.#taken.set(partition, Number(offset))
      if (value !== null) this.#fold.take(value.toString('utf8'))
    })
    return this.#fold
  }

  #sayAlive(): void {
    const nowMs = this.#parts.clock.nowMs()
    if (nowMs - this.#saidAtMs < aliveEveryMs) return
    this.#saidAtMs = nowMs
    this.#alive().catch(() => {})
  }
}
