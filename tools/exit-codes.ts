// What the command line's exit codes mean; docs/command-line.md says the same.

export const exitCodes = {
  /** Everything asked for was done. */
  done: 0,
  /** A definition file is invalid. */
  invalid: 1,
  /** The command or the configuration is wrong. */
  usage: 2,
  /** The run ended and some objects failed, or somebody cancelled it. */
  failed: 3,
  /** The run ended because it took too long. */
  timedOut: 4,
  /** It could not be done now: the orchestrator, Kafka or Redis does not answer. */
  unavailable: 5,
  /** Interrupted by Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
