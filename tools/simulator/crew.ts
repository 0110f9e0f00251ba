// Simulates many seeds on several threads, each of which may have a planted bug in its copy of the house.

import { Worker } from 'node:worker_threads'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { messageOf } from '../../shared/base/fault.ts'
import type { Plant } from './plants/plant.ts'
import type { SimulationResult } from './simulate.ts'

export interface CrewOrders {
  readonly seeds: Iterable<number>
  /** Threads that work at a time. */
  readonly jobs: number
  readonly plant?: Plant
  /** Told of each seed, in the order in which they end; `'enough'`: no more is begun. */
  readonly told: (result: SimulationResult) => 'enough' | undefined
}

/** A story that takes longer than this, by the time of this machine, turns in a circle. */
const longestStoryMs = 60_000

/**
 * Resolves when all seeds are told. A thread that dies or hangs over a seed has broken a promise with it; rejects
 * when a thread cannot even begin: the plant does not fit, or the code does not load.
 */
export async function simulateSeeds({ seeds, jobs, plant, told }: CrewOrders): Promise<void> {
  const left = seeds[Symbol.iterator]()
  let isEnough = false
  const work = async () => {
    let thread = await SeedThread.begin(plant)
    for (let next = left.next(); !next.done && !isEnough; next = left.next()) {
      const result = await thread.simulate(next.value)
      if (told(result) === 'enough') isEnough = true
      if (thread.isDead) thread = await SeedThread.begin(plant)
    }
    await thread.end()
  }
  await Promise.all(Array.from({ length: jobs }, work))
}

class SeedThread {
  readonly #worker: Worker
  readonly #clock = new SystemClock()
  isDead = false

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  static async begin(plant: Plant | undefined): Promise<SeedThread> {
    const worker = new Worker(new URL('./seed-thread.ts', import.meta.url), { workerData: { plant } })
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve())
      worker.once('error', reject)
    })
    worker.removeAllListeners('error')
    return new SeedThread(worker)
  }

  async simulate(seed: number): Promise<SimulationResult> {
    const result = await new Promise<SimulationResult>((resolve) => {
      const timer = this.#clock.after(longestStoryMs, () =>
        broken(`it took more than ${longestStoryMs / 1000} s`),
      )
      const broken = (text: string) => {
        this.isDead = true
        settle(deathOf(seed, text))
      }
      const failed = (error: unknown) => broken(messageOf(error))
      const settle = (outcome: SimulationResult) => {
        timer.cancel()
        this.#worker.off('message', settle)
        this.#worker.off('error', failed)
        resolve(outcome)
      }
      this.#worker.on('message', settle)
      this.#worker.on('error', failed)
      this.#worker.postMessage(seed)
    })
    if (this.isDead) await this.end()
    return result
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}

function deathOf(seed: number, text: string): SimulationResult {
  const violations = [{ rule: 'no programmer error', text }]
  return { seed, digest: '', violations, simulatedMs: 0, calmMs: 0, counts: new Map() }
}
