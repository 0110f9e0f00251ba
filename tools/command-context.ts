// What every command gets: the terminal, the environment, time, and the one way to end with a code.

import type { Command } from 'commander'
import type { Environment } from '../shared/config/read-config.ts'
import type { Clock } from '../shared/ports/clock.ts'
import type { ExitCode } from './exit-codes.ts'
import type { InterruptCause } from './process-interrupts.ts'
import type { Terminal } from './terminal.ts'

export interface CommandContext {
  readonly terminal: Terminal
  readonly env: Environment
  readonly clock: Clock
  /** All of standard input, for the file name `-`. */
  readonly readStdin: () => Promise<Buffer>
  /** Asks whoever sits there and gives the answer, empty when there is none; absent: nobody does. */
  readonly ask?: ((question: string) => Promise<string>) | undefined
  /** Calls back at each Ctrl-C or SIGTERM, and when nobody reads the results, until the returned function is called. */
  readonly onInterrupt: (action: (cause: InterruptCause) => void) => () => void
}

/** Says which code the process ends with. A command that does not call it ends with `done`. */
export type End = (code: ExitCode) => void

/**
 * Makes one command. Its action may reject with a Fault: the program prints it and ends with the code that
 * `exitCodeOf` gives. The action resolves only when all its work, following included, is over.
 */
export type CommandMaker = (context: CommandContext, end: End) => Command
