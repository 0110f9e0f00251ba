// A program started by a test: its output in a file, its end as a promise, and never left behind.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { Socket } from 'node:net'

export interface ProcessCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Added to the environment of the test. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Gets stdout and stderr, appended. */
  readonly logFile: string
}

export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Ends `pid` when this process is gone, however it went: a shell waits for the end of a pipe that only we
 * hold. In a group of its own, so that Ctrl-C does not take it first.
 */
function guardian(pid: number): ChildProcess {
  const script = 'cat >/dev/null; kill -9 "$1" 2>/dev/null'
  const guard = spawn('sh', ['-c', script, 'guardian', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.on('error', () => undefined)
  guard.unref()
  if (guard.stdin instanceof Socket) guard.stdin.unref()
  return guard
}

/** One running program. */
export class LocalProcess {
  readonly #child: ChildProcess
  readonly #logFile: string
  /** Resolves when the process is gone, also when it could not be started (code null, signal null). */
  readonly ended: Promise<ProcessEnd>
  #end: ProcessEnd | undefined

  constructor({ command, args, env, cwd, logFile }: ProcessCommand) {
    this.#logFile = logFile
    const log = openSync(logFile, 'a')
    const child = spawn(command, args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    })
    closeSync(log)
    const guard = child.pid === undefined ? undefined : guardian(child.pid)
    this.#child = child
    this.ended = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        guard?.kill('SIGKILL')
        this.#end = { code, signal }
        resolve(this.#end)
      }
      child.once('exit', end)
      child.once('error', () => end(null, null))
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** How it ended, or undefined while it runs. */
  get end(): ProcessEnd | undefined {
    return this.#end
  }

  /** Everything it has printed so far. */
  output(): string {
    return readFileSync(this.#logFile, 'utf8')
  }

  /** Sends a signal and does not wait: for SIGSTOP and SIGCONT too. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Sends a signal that ends it, and resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ProcessEnd> {
    this.signal(signal)
    return this.ended
  }
}
