// What the command line's exit codes mean; docs/command-line.md says the same.

import type { FactLine } from '../shared/api/run-resource.ts'
import type { Fault, FaultCode } from '../shared/base/fault.ts'

export const exitCodes = {
  /** Everything asked for was done. */
  done: 0,
  /** A definition file is invalid. */
  invalid: 1,
  /** The command or the configuration is wrong. */
  usage: 2,
  /** The run ended and some objects failed, or somebody cancelled it; or a canary failed. */
  failed: 3,
  /** The run ended because it took too long. */
  timedOut: 4,
  /** It could not be done now: the orchestrator, Kafka or Redis does not answer, or the data folder is another process's or full. */
  unavailable: 5,
  /** A defect of Millefeuille itself (EX_SOFTWARE of sysexits.h). */
  defect: 70,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const definitionCodes: ReadonlySet<FaultCode> = new Set(['DEFINITION_INVALID', 'WORKFLOW_INVALID'])
/** Somebody has to do something else; asking again later does not help. */
const usageCodes: ReadonlySet<FaultCode> = new Set([
  'FILE_UNREADABLE',
  'FILE_UNWRITABLE',
  'CONFIG_INVALID',
  'WORKFLOW_UNKNOWN',
  'RUN_UNKNOWN',
  'RUN_EXISTS',
  'FACTS_EXPIRED',
  'OBJECT_UNKNOWN',
  'LETTER_UNKNOWN',
  'REQUEST_INVALID',
  'UNAUTHORIZED',
  'ROUTE_UNKNOWN',
  'METHOD_UNKNOWN',
  'TOO_LARGE',
  'STORE_UNSAFE',
  'DATA_NEWER',
  'DATA_CORRUPT',
])

/** The code for a command that a fault ended. */
export function exitCodeOf(fault: Fault): ExitCode {
  if (definitionCodes.has(fault.code)) return exitCodes.invalid
  return usageCodes.has(fault.code) ? exitCodes.usage : exitCodes.unavailable
}

/** The code for a run that was followed to its `run-ended`. */
export function exitCodeOfRun(ended: FactLine): ExitCode {
  if (ended.state === 'succeeded') return exitCodes.done
  return ended.state === 'timed-out' ? exitCodes.timedOut : exitCodes.failed
}
