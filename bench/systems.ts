// The measured systems as rows of processes: each is asked to run a shape and says what it cost.

import { checked, hopsOf } from './completeness.ts'
import type { BenchProcess } from './process/bench-process.ts'
import type { Loads } from './process/load-log.ts'
import { cpuSecondsOf } from './process/usage.ts'
import { type Shape, sizeOf } from './shape.ts'

export interface Measured {
  readonly wallMs: number
  /** Of a chain: from one object's load to the next one's. */
  readonly hopsMs: readonly number[] | undefined
  /** CPU seconds by process, brokers among them where they can be seen. */
  readonly cpuSeconds: Readonly<Record<string, number>>
  /** The most memory the first process ever had. */
  readonly leadMaxRssBytes: number
}

export interface System {
  readonly name: string
  /** Runs the shape once, and throws unless each object was loaded exactly once and after its parents. */
  run(shape: Shape): Promise<Measured>
  stop(): Promise<void>
}

/** What a lead says of a run. */
interface LeadReply {
  readonly wallMs: number
  readonly loads?: Loads
}

export interface SystemParts {
  readonly name: string
  /** The process that opens runs, then those that work. */
  readonly processes: readonly [BenchProcess, ...BenchProcess[]]
  /** Process ids of brokers by name. */
  readonly brokers: Readonly<Record<string, number>>
  /** How a run is done, when asking the first process to `run` is not all of it. */
  readonly run?: (shape: Shape) => Promise<LeadReply>
}

/** The longest a single run may take. */
const runMs = 180_000

export class ProcessSystem implements System {
  readonly name: string
  readonly #parts: SystemParts

  constructor(parts: SystemParts) {
    this.name = parts.name
    this.#parts = parts
  }

  async run(shape: Shape): Promise<Measured> {
    const [lead] = this.#parts.processes
    await Promise.all(this.#parts.processes.map((each) => each.ask('prepare', shape)))
    const before = await this.#cpu()
    const run = this.#parts.run ?? ((each: Shape) => lead.ask<LeadReply>('run', each, runMs))
    const reply = await run(shape)
    const after = await this.#cpu()
    const { maxRssBytes } = await lead.usage()
    const logs = await Promise.all(this.#parts.processes.map((each) => each.ask<Loads | undefined>('loads')))
    await lead.ask('check')
    const { beganMs } = checked(
      shape,
      [reply.loads, ...logs].filter((log) => log !== undefined),
    )
    const spent = Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)])
    return {
      wallMs: reply.wallMs,
      hopsMs: hopsOf(shape, beganMs),
      cpuSeconds: Object.fromEntries(spent),
      leadMaxRssBytes: maxRssBytes,
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#parts.processes.map((each) => each.stop()))
  }

  async #cpu(): Promise<Record<string, number>> {
    const { processes, brokers } = this.#parts
    const own = await Promise.all(
      processes.map(async (each) => [each.name, (await each.usage()).cpuSeconds] as const),
    )
    const others = Object.entries(brokers).flatMap(([name, pid]) => {
      const seconds = cpuSecondsOf(pid)
      return seconds === undefined ? [] : [[name, seconds] as const]
    })
    return Object.fromEntries([...own, ...others])
  }
}

/** How often it is looked whether BullMQ's workers are done; when they were done they say themselves. */
const lookMs = 10

/** A BullMQ run is over when its workers have seen so many jobs complete. */
export async function runBull(
  lead: BenchProcess,
  workers: readonly BenchProcess[],
  shape: Shape,
): Promise<LeadReply> {
  const { beganMs } = await lead.ask<{ beganMs: number }>('run', shape, runMs)
  const deadline = performance.now() + runMs
  for (;;) {
    const done = await Promise.all(
      workers.map((worker) => worker.ask<{ jobs: number; lastMs: number }>('completed')),
    )
    const jobs = done.reduce((sum, each) => sum + each.jobs, 0)
    if (jobs >= sizeOf(shape)) return { wallMs: Math.max(...done.map(({ lastMs }) => lastMs)) - beganMs }
    if (performance.now() > deadline) throw new Error(`BullMQ has done ${jobs} jobs of ${sizeOf(shape)}`)
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
}
