// What every command gets: the terminal, the environment, time, and the one way to end with a code.

import type { Environment } from '../shared/config/read-config.ts'
import type { Clock } from '../shared/ports/clock.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

export interface CommandContext {
  readonly terminal: Terminal
  readonly env: Environment
  readonly clock: Clock
  /** All of standard input, for the file name `-`. */
  readonly readStdin: () => Promise<Buffer>
  /** Calls back at each Ctrl-C or SIGTERM until the returned function is called. */
  readonly onInterrupt: (action: () => void) => () => void
}

/** A command's work: resolves with the code that the process ends with. Rejects with a Fault to end with its message. */
export type Action<Options> = (
  context: CommandContext,
  args: readonly string[],
  options: Options,
) => Promise<ExitCode>
