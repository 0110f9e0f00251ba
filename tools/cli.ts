// The entry of the command line: this process's terminal, environment, clock and signals, and the code it ends with.

import { buffer } from 'node:stream/consumers'
import { SystemClock } from '../shared/adapters/system/system-clock.ts'
import { exitCodes } from './exit-codes.ts'
import { ProcessInterrupts } from './process-interrupts.ts'
import { runProgram } from './program.ts'
import { processTerminal } from './terminal.ts'
import { terminalQuestion } from './terminal-question.ts'

const interrupts = new ProcessInterrupts()
let isLost = false

/** Results cannot be written: whoever follows a run is told to stop. A reader that left early (`| head`) is no error. */
function lose(error: NodeJS.ErrnoException): void {
  interrupts.raise('unread')
  if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return
  isLost = true
  process.exitCode = exitCodes.unavailable
  process.stderr.write(`error: the results could not be written: ${error.message}\n`)
}
process.stdout.once('error', lose)
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const code = await runProgram(
  {
    terminal: processTerminal(),
    env: process.env,
    clock: new SystemClock(),
    ask: terminalQuestion(),
    readStdin: () => buffer(process.stdin),
    onInterrupt: (action) => interrupts.on(action),
  },
  process.argv.slice(2),
)
// Not `process.exit`: what is still on its way to a slow reader is written first.
if (!isLost) process.exitCode = code
