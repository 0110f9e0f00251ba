// What the end of a load says of the service that the load was about.

import { Fault, messageOf } from '../../shared/base/fault.ts'

export type TargetWord =
  /** It answers, be it only to refuse. */
  | { readonly kind: 'answers' }
  | { readonly kind: 'fails'; readonly reason: string }
  /** The load was given up for reasons of our own. */
  | { readonly kind: 'nothing' }

/** The message of the reason with which a loader's signal is aborted when its time is over. */
const timeIsOver = 'deadline'

/**
 * Of what a loader threw. What another try may help speaks against the service, and so does an error without a
 * code, which is taken for LOADER_FAILED; a refusal or a failed precheck needs a service that answers.
 */
export function wordOfError(error: unknown): TargetWord {
  const isAnswer = error instanceof Fault && (!error.retryable || error.code === 'PRECHECK_FAILED')
  return isAnswer ? { kind: 'answers' } : { kind: 'fails', reason: messageOf(error) }
}

/** Of a load that was told to give up, with the reason of its signal. */
export function wordOfAbort(reason: unknown): TargetWord {
  const isTimeOut = reason instanceof Error && reason.message === timeIsOver
  return isTimeOut ? { kind: 'fails', reason: 'it took longer than it may' } : { kind: 'nothing' }
}
