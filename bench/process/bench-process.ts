// A process that plays one role of a measured system: asked over IPC, ended by its id, never left behind.

import { type ChildProcess, fork } from 'node:child_process'
import type { Usage } from './usage.ts'

export interface Reply {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** A stopped process that is still there after this long is killed. */
const stopMs = 15_000

export class BenchProcess {
  readonly name: string
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended: Promise<void>
  #asked = 0

  /** Starts `program` (a file beside this folder) with its settings. `execArgv` are options of Node. */
  constructor(name: string, program: string, settings: object, execArgv: readonly string[] = []) {
    this.name = name
    // kafkajs 2.2.4 sets negative timers; Node 24 would say so in the middle of the table.
    const options = ['--disable-warning=TimeoutNegativeWarning', ...execArgv]
    this.#child = fork(new URL(`../${program}`, import.meta.url), [JSON.stringify(settings)], {
      serialization: 'advanced',
      execArgv: options,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    alive.add(this.#child)
    this.#child.on('message', (reply: Reply) => this.#replied(reply))
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        alive.delete(this.#child)
        for (const id of this.#waiting.keys()) {
          this.#replied({ id, error: `the process has ended (${signal ?? `code ${code}`})` })
        }
        resolve()
      })
    })
  }

  /** Rejects when the process reports an error, ends, or does not answer in time. */
  ask<Answer>(kind: string, argument: unknown = undefined, withinMs = 120_000): Promise<Answer> {
    const id = ++this.#asked
    return new Promise((resolve, reject) => {
      const tooLate = () => this.#replied({ id, error: `no answer to '${kind}' within ${withinMs} ms` })
      const timer = setTimeout(tooLate, withinMs)
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, timer })
      this.#child.send({ id, kind, argument }, (error) => {
        if (error !== null) this.#replied({ id, error: error.message })
      })
    })
  }

  usage(): Promise<Usage> {
    return this.ask('usage')
  }

  async stop(): Promise<void> {
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), stopMs)
    if (alive.has(this.#child)) await this.ask('stop', undefined, stopMs).catch(() => undefined)
    this.#child.disconnect?.()
    await this.#ended
    clearTimeout(killer)
  }

  #replied({ id, value, error }: Reply): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    clearTimeout(waiting.timer)
    if (error === undefined) waiting.resolve(value)
    else waiting.reject(new Error(`${this.name}: ${error}`))
  }
}
