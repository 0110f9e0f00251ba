// The entry of the command line: this process's terminal, environment, clock and signals, and the code it ends with.

import { buffer } from 'node:stream/consumers'
import { SystemClock } from '../shared/adapters/system/system-clock.ts'
import { ProcessInterrupts } from './process-interrupts.ts'
import { runProgram } from './program.ts'
import { processTerminal } from './terminal.ts'

const interrupts = new ProcessInterrupts()

/** Whoever reads (`| head`) may leave before the end: that is no error, and nothing is left to be followed. */
function leaveQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
  interrupts.raise()
}
process.stdout.once('error', leaveQuietly)
process.stderr.once('error', leaveQuietly)
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const code = await runProgram(
  {
    terminal: processTerminal(),
    env: process.env,
    clock: new SystemClock(),
    readStdin: () => buffer(process.stdin),
    onInterrupt: (action) => interrupts.on(action),
  },
  process.argv.slice(2),
)
// Not `process.exit`: what is still on its way to a slow reader is written first.
process.exitCode = code
