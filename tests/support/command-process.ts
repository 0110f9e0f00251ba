// `millefeuille` as a process of a test: what it writes to stdout and stderr, and how it ends.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../tools/millefeuille.js')
/** Would make a command of this test talk to somebody else's house. */
const elsewhere = {
  ORCHESTRATOR_URL: '',
  KAFKA_BOOTSTRAP: '',
  REDIS_URL: '',
  REDIS_HOST: '',
  MAX_RETRIES: '',
  DATA_DIR: '',
}

export interface CommandEnd {
  readonly code: number | null
  readonly out: readonly string[]
  readonly err: string
  /** What it left in its folder, which is gone. */
  readonly left: readonly string[]
}

export class CommandProcess {
  /** Where it works while it runs. */
  readonly folder: string
  readonly #child: ChildProcess
  #out = ''
  #err = ''
  readonly #waiting = new Set<() => void>()
  /** Resolves when it is gone. */
  readonly ended: Promise<CommandEnd>

  /** Runs without a terminal, as in a pipe, and in an empty folder of its own unless DATA_DIR names another. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'millefeuille-command-'))
    this.folder = folder
    this.#child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...elsewhere, LOG_LEVEL: 'error', ...env },
    })
    const heard = () => {
      for (const look of [...this.#waiting]) look()
    }
    this.#child.stdout?.on('data', (chunk) => {
      this.#out += chunk
      heard()
    })
    this.#child.stderr?.on('data', (chunk) => {
      this.#err += chunk
      heard()
    })
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        const left = readdirSync(folder)
        rmSync(folder, { recursive: true, force: true })
        resolve({ code, out: this.#out.split('\n').slice(0, -1), err: this.#err, left })
      })
    })
  }

  /** Resolves once it has printed `text`; rejects when it ends without it. */
  says(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!this.#out.includes(text) && !this.#err.includes(text)) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      void this.ended.then(() => reject(new Error(`ended without ${text}: ${this.#out}\n${this.#err}`)))
      look()
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}

/** Runs a command to its end. */
export function millefeuilleProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  return new CommandProcess(args, env).ended
}
