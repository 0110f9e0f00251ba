// Starts kafka-member-program and listens to it.

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./kafka-member-program.ts', import.meta.url))

export class KafkaMember {
  readonly #child: ChildProcess
  #out = ''
  #err = ''
  readonly #waiting = new Set<() => void>()
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>

  /** `flags` go to Node; `args` to the program, which names them. */
  constructor(args: readonly string[], flags: readonly string[] = []) {
    this.#child = spawn(process.execPath, [...flags, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout?.on('data', (chunk) => {
      this.#out += chunk
      for (const look of [...this.#waiting]) look()
    })
    this.#child.stderr?.on('data', (chunk) => {
      this.#err += chunk
    })
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }))
    })
  }

  get errors(): string {
    return this.#err
  }

  /** Resolves once the program has said `text`; rejects when it ends without it. */
  says(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!this.#out.includes(text)) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      void this.ended.then(() => reject(new Error(`ended without ${text}: ${this.#out}\n${this.#err}`)))
      look()
    })
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}
