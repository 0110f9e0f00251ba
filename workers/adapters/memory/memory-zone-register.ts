// Workers that are alive, in this process's memory; also the orchestrator's directory of them: `workers`.

import type { WorkerNotice, ZoneRegister } from '../../ports/zone-register.ts'

interface Entry {
  readonly notice: WorkerNotice
  readonly seenAtMs: number
  readonly untilMs: number
}

export class MemoryZoneRegister implements ZoneRegister {
  readonly #entries = new Map<string, Entry>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  async announce(notice: WorkerNotice, ttlMs: number): Promise<void> {
    const seenAtMs = this.#nowMs()
    this.#entries.set(nameOf(notice), { notice, seenAtMs, untilMs: seenAtMs + ttlMs })
  }

  async withdraw(notice: Pick<WorkerNotice, 'zone' | 'owner'>): Promise<void> {
    this.#entries.delete(nameOf(notice))
  }

  async workers() {
    for (const [name, { untilMs }] of this.#entries) {
      if (untilMs <= this.#nowMs()) this.#entries.delete(name)
    }
    return [...this.#entries.values()].map(({ notice, seenAtMs }) => ({ ...notice, seenAtMs }))
  }

  /** Forgets everything, as a store does that is emptied. */
  lose(): void {
    this.#entries.clear()
  }
}

function nameOf({ zone, owner }: Pick<WorkerNotice, 'zone' | 'owner'>): string {
  return `${zone}/${owner}`
}
