// A Redis of a test's own: a local process that can be killed and comes back with its data.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { LocalProcess } from './local-process.ts'
import { askRedis, untilAnswers } from './readiness.ts'

/** Why a Redis process cannot be started here, or undefined when it can. */
export function redisProcessObstacle(): string | undefined {
  const found = spawnSync('redis-server', ['--version']).status === 0
  return found ? undefined : 'there is no redis-server on the PATH'
}

/** Redis with an append-only file and `noeviction`, as the product asks for it. */
export class LocalRedis {
  #folder: string | undefined
  readonly #args: readonly string[]
  #port: number | undefined
  #process: LocalProcess | undefined

  /** `args` are added to the command line, such as `['--appendfsync', 'always']`. */
  constructor(args: readonly string[] = []) {
    this.#args = args
  }

  /** Its address, the same over every restart. Known from the first `start` on. */
  get url(): string {
    if (this.#port === undefined) throw new Error('start this Redis first')
    return `redis://127.0.0.1:${this.#port}`
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Starts it, or starts it again with the data and on the port it had; resolves when it answers. */
  async start(): Promise<void> {
    this.#port ??= await freePort()
    this.#folder ??= mkdtempSync(join(tmpdir(), 'millefeuille-redis-'))
    const running = new LocalProcess({
      command: 'redis-server',
      args: [
        ...['--port', String(this.#port), '--bind', '127.0.0.1', '--dir', this.#folder],
        ...['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction', ...this.#args],
      ],
      logFile: join(this.#folder, 'redis.log'),
    })
    this.#process = running
    await untilAnswers('Redis does not start', () => askRedis(this.url), {
      gaveUp: () => (running.end ? running.output().slice(-2_000) : undefined),
    })
  }

  /** Sends a signal and does not wait: SIGSTOP freezes it, SIGCONT lets it go on. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal)
  }

  /** Ends the process and resolves when it is gone. The data stay; `start` brings it back. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#process?.kill(signal)
  }

  /** Kills it and throws away all that it kept: `start` brings back an empty one, on the port it had. */
  async lose(): Promise<void> {
    await this.stop()
    this.#folder = undefined
  }

  /** Ends the process and removes its data. Safe to call twice. */
  async stop(): Promise<void> {
    await this.kill()
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }
}
