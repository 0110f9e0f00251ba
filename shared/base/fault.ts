// The one error class of the house and the table of its codes; only the code decides whether to try again.

/**
 * Every operating error the house can meet. `retryable` says whether the same call may succeed later
 * without anybody changing anything. docs/faults.md explains each code; a test holds the two together.
 */
export const faultCodes = {
  // definitions (severity and place travel beside the code, see DefinitionFault)
  SYNTAX: { retryable: false },
  BAD_TYPE: { retryable: false },
  BAD_POLICY: { retryable: false },
  MISSING_ID: { retryable: false },
  DUPLICATE_ID: { retryable: false },
  AMBIGUOUS_PARENT: { retryable: false },
  UNKNOWN_PARENT: { retryable: false },
  SELF_PARENT: { retryable: false },
  PARENT_ABOVE: { retryable: false },
  INACTIVE_PARENT: { retryable: false },
  INACTIVE_OBJECT: { retryable: false },
  NOISY_PARENT: { retryable: false },
  REPEATED_PARENT: { retryable: false },
  LAYER_MISMATCH: { retryable: false },
  MISSING_LAYER: { retryable: false },
  CYCLE: { retryable: false },
  BAD_CRON: { retryable: false },
  CRON_NEVER_FIRES: { retryable: false },
  UNKNOWN_TARGET: { retryable: false },
  NO_OBJECTS: { retryable: false },
  // files and configuration
  FILE_UNREADABLE: { retryable: false },
  FILE_UNWRITABLE: { retryable: false },
  CONFIG_INVALID: { retryable: false },
  WORKFLOW_INVALID: { retryable: false },
  WORKFLOW_UNKNOWN: { retryable: false },
  // runs
  RUN_UNKNOWN: { retryable: false },
  OBJECT_UNKNOWN: { retryable: false },
  LETTER_UNKNOWN: { retryable: false },
  PLAN_MISSING: { retryable: false },
  RUN_CORRUPT: { retryable: false },
  FACTS_EXPIRED: { retryable: false },
  RUN_EXISTS: { retryable: false },
  // the wire
  EVENT_UNREADABLE: { retryable: false },
  TRANSPORT_UNAVAILABLE: { retryable: true },
  TRANSPORT_REFUSED: { retryable: false },
  STORE_UNAVAILABLE: { retryable: true },
  STORE_REFUSED: { retryable: false },
  STORE_UNSAFE: { retryable: false },
  STORE_BEHIND: { retryable: true },
  FORMAT_NEWER: { retryable: true },
  // the data folder of a house in one process
  DATA_IN_USE: { retryable: false },
  DATA_NEWER: { retryable: false },
  DATA_CORRUPT: { retryable: false },
  DATA_UNWRITABLE: { retryable: true },
  // attempts
  LOADER_FAILED: { retryable: true },
  LOADER_REFUSED: { retryable: false },
  ATTEMPT_TIMED_OUT: { retryable: true },
  PRECHECK_FAILED: { retryable: true },
  ATTEMPT_LOST: { retryable: true },
  NO_LOADER: { retryable: false },
  TARGET_UNAVAILABLE: { retryable: true },
  // the API
  REQUEST_INVALID: { retryable: false },
  UNAUTHORIZED: { retryable: false },
  DEFINITION_INVALID: { retryable: false },
  ROUTE_UNKNOWN: { retryable: false },
  METHOD_UNKNOWN: { retryable: false },
  TOO_LARGE: { retryable: false },
  TOO_MANY_STREAMS: { retryable: true },
  SERVER_FAILED: { retryable: false },
  SERVER_UNREACHABLE: { retryable: true },
  SHUTTING_DOWN: { retryable: true },
} as const satisfies Record<string, { readonly retryable: boolean }>

export type FaultCode = keyof typeof faultCodes

/** An operating error with a code. Programmer errors are assertions, expected outcomes are values. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly detail: Readonly<Record<string, unknown>>

  constructor(
    code: FaultCode,
    message: string,
    options: { cause?: unknown; detail?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.detail = options.detail ?? {}
  }

  get retryable(): boolean {
    return faultCodes[this.code].retryable
  }
}

/** Whether trying the same call again may help. An error that is no Fault never is: nobody knows what it did. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Fault && error.retryable
}

/** The message of anything thrown, for a log line or an answer. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
