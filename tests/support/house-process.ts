// A program of the house as a process of a test: knows when it is ready, where it listens, and what it said.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import { LocalProcess, type ProcessEnd } from './brokers/local-process.ts'
import { untilAnswers } from './brokers/readiness.ts'

const root = join(import.meta.dirname, '../..')

export interface HouseProgram {
  /** What it is called in messages. */
  readonly name: string
  /** What runs the file, Node by default. */
  readonly command?: string
  /** Within the repository, such as `orchestrator/main.ts`, or a whole path. */
  readonly file: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface ProbeAnswer {
  readonly status: number
  readonly text: string
}

/** Variables of who runs the tests that would tell a program where to work; empty counts as not set. */
const ownWorld = Object.fromEntries(
  [
    ...['KAFKA_BOOTSTRAP', 'REDIS_URL', 'REDIS_HOST', 'ORCHESTRATOR_URL', 'API_TOKEN', 'HOST'],
    ...['OBJECTS_PATH', 'OBJECTS_CRON', 'WORKFLOWS_PATH', 'DAILY_WORKFLOW_CRON', 'LOG_FILE', 'LOG_LEVEL'],
    ...['MAX_RETRIES', 'WORKER_TYPE', 'MAX_WORKERS', 'WORKER_PRECHECK_SUFFIXES', 'DATA_DIR'],
  ].map((name) => [name, '']),
)

/** One life of a program after the other: `start` may be called again when it has ended. */
export class HouseProcess {
  readonly name: string
  readonly #program: HouseProgram
  readonly #folder = mkdtempSync(join(tmpdir(), 'millefeuille-program-'))
  #process: LocalProcess | undefined
  #lives = 0

  constructor(program: HouseProgram) {
    this.name = program.name
    this.#program = program
  }

  /** Starts it and does not wait for anything. */
  spawn(): void {
    const { command = process.execPath, file, args = [], env = {} } = this.#program
    this.#process = new LocalProcess({
      command,
      args: [resolve(root, file), ...args],
      cwd: this.#folder,
      env: { ...ownWorld, PORT: '0', WORKER_PORT: '0', NO_COLOR: '1', ...env },
      logFile: join(this.#folder, `life-${++this.#lives}.log`),
    })
  }

  /** Starts it and resolves when readiness answers 200; rejects with its output when it does not come to that. */
  async start(): Promise<void> {
    this.spawn()
    await this.isReady()
  }

  /** Resolves when readiness answers 200. */
  isReady(): Promise<void> {
    return this.until('is not ready', async () => {
      const { status, text } = await this.get('health/readiness')
      if (status !== 200) throw new Error(text)
    })
  }

  /** Asks again and again until `ask` resolves; rejects with its output when the program ends or it takes too long. */
  until(what: string, ask: () => Promise<void>, withinMs = 60_000): Promise<void> {
    return untilAnswers(`${this.name} ${what}`, ask, {
      withinMs,
      gaveUp: () => (this.#running.end ? `it has ended: ${this.output().slice(-2_000)}` : undefined),
    })
  }

  /** Resolves when it has printed `text`. */
  says(text: string): Promise<void> {
    return this.until(`does not say "${text}"`, async () => {
      if (!this.output().includes(text)) throw new Error(this.output().slice(-2_000))
    })
  }

  /** Where it listens, as it says in its log. Throws when it did not say so (yet). */
  get url(): string {
    for (const line of this.output().split('\n')) {
      const entry = parseJson(line)
      if (isJsonObject(entry) && typeof entry.url === 'string') return entry.url
    }
    throw new Error(`${this.name} does not say where it listens`)
  }

  /** One question to its HTTP server. */
  async get(path: string): Promise<ProbeAnswer> {
    const response = await fetch(`${this.url}/${path}`, { signal: AbortSignal.timeout(5_000) })
    return { status: response.status, text: await response.text() }
  }

  /** Everything this life of it has printed, to stdout and stderr. */
  output(): string {
    return this.#process?.output() ?? ''
  }

  /** The process id of this life of it; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#running.pid
  }

  /** How this life of it ended, or undefined while it runs. */
  get end(): ProcessEnd | undefined {
    return this.#running.end
  }

  /** Resolves when it is gone. */
  get ended(): Promise<ProcessEnd> {
    return this.#running.ended
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#running.signal(signal)
  }

  /** Sends a signal that ends it, and resolves when it is gone. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ProcessEnd> {
    return this.#running.kill(signal)
  }

  /** Ends it if it runs, and removes what it left on the disk. */
  async close(): Promise<void> {
    if (this.#process?.end === undefined) await this.#process?.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #running(): LocalProcess {
    if (this.#process === undefined) throw new Error(`${this.name} was not started`)
    return this.#process
  }
}
