// An error that ended a command, as people read it, and the exit code it means.

import type { Command } from 'commander'
import { Fault, type FaultCode } from '../shared/base/fault.ts'
import { redactText } from '../shared/base/redact.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts'
import { inWordsOf } from './request-field.ts'
import type { Terminal } from './terminal.ts'

/** What helps where the message alone does not. */
const nextSteps: Partial<Record<FaultCode, string>> = {
  DATA_IN_USE:
    'use the house that runs there (--server URL), another folder (DATA_DIR), or none (--ephemeral)',
  DATA_NEWER: 'start the newer release, or name another folder with DATA_DIR',
  DATA_CORRUPT:
    'put the folder back from a copy, or move it away, and its runs with it; until then name another with DATA_DIR, or keep nothing with --ephemeral',
  DATA_UNWRITABLE: 'name another folder with DATA_DIR, or keep nothing with --ephemeral',
  RUN_UNKNOWN: 'millefeuille status lists the runs',
  RUN_EXISTS: 'millefeuille status RUN shows what it is',
  LETTER_UNKNOWN: 'millefeuille dlq list lists the dead letters',
}

/**
 * Prints a Fault by its code and message, in the words of the `command` that it ended; anything else is a defect and is
 * printed with its stack.
 */
export function reportError(error: unknown, terminal: Terminal, command?: Command): ExitCode {
  if (error instanceof Fault) {
    const message = redactText(command === undefined ? error.message : inWordsOf(command, error))
    terminal.message(`${terminal.paint('red', `error ${error.code}:`)} ${message}`)
    const next = nextSteps[error.code]
    if (next !== undefined) terminal.message(`→ ${next}`)
    return exitCodeOf(error)
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.message(`${terminal.paint('red', 'error:')} ${redactText(text)}`)
  terminal.message('this is a defect of Millefeuille: please report it with the lines above')
  return exitCodes.defect
}
