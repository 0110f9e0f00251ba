// Failures by which a zone says that it has not begun the attempt: nothing was done, so nothing has failed.

import type { AnswerError } from '../../../shared/events/answer.ts'

/**
 * The zone has begun a newer attempt (ATTEMPT_LOST), or a circuit breaker keeps it from the service that the object needs
 * (TARGET_UNAVAILABLE). Who adds that another try is useless means a failure.
 */
export function saysNotBegun({ code, retryable }: AnswerError): boolean {
  return code === 'ATTEMPT_LOST' || (code === 'TARGET_UNAVAILABLE' && retryable)
}
