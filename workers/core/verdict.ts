// From what a loader did to what the zone answers.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import { eventVersion } from '../../shared/base/format-version.ts'
import type { Json } from '../../shared/base/json.ts'
import { redactText } from '../../shared/base/redact.ts'
import { type AnswerError, excessOf, longestRetryAfterMs } from '../../shared/events/answer.ts'
import type { FailedEvent } from '../../shared/events/failed.ts'
import type { LoadedEvent } from '../../shared/events/loaded.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'

/** What a loader says when it has loaded an object. */
export interface Loaded {
  /** One line for people. */
  readonly info: string
  /** What the children get as their input from this object; at most 64 KiB of JSON. */
  readonly result?: Json
}

/** What came of calling a loader. */
export type Outcome =
  | { readonly kind: 'loaded'; readonly loaded: Loaded }
  | { readonly kind: 'thrown'; readonly error: unknown }

/** Texts for people are cut at this many characters: an answer always fits into a record. */
const longestText = 2_000

/**
 * The zone's answer. A result that is too large or cannot be printed is a failure that no retry helps; a
 * `Fault` decides by its code whether to try again, and any other error is LOADER_FAILED and tried again.
 * `retryAfterMs` in the detail of a Fault is handed on as a wish.
 */
export function verdictOf(ready: ReadyEvent, outcome: Outcome): LoadedEvent | FailedEvent {
  if (outcome.kind === 'thrown') return failedEvent(ready, errorOf(outcome.error))
  // A loader written without types may resolve with anything.
  const loaded: Partial<Loaded> = outcome.loaded ?? {}
  const { result } = loaded
  const error = result === undefined ? undefined : resultError(result)
  return error === undefined ? loadedEvent(ready, loaded) : failedEvent(ready, error)
}

/** The answer to an attempt that is not begun, because a newer one at its object was. */
export function supersededEvent(ready: ReadyEvent): FailedEvent {
  const detail = 'a newer attempt at this object was begun'
  return failedEvent(ready, { code: 'ATTEMPT_LOST', retryable: true, detail })
}

function loadedEvent(ready: ReadyEvent, loaded: Partial<Loaded>): LoadedEvent {
  return {
    event: 'ObjectLoaded',
    v: eventVersion,
    id: ready.id,
    status: 'loaded',
    zone: ready.zone,
    info: typeof loaded.info === 'string' ? cut(loaded.info) : '',
    run_id: ready.run_id,
    attempt: ready.attempt,
    ...(loaded.result === undefined ? {} : { result: loaded.result }),
    ...(ready.degraded === undefined ? {} : { degraded: ready.degraded }),
  }
}

function failedEvent(ready: ReadyEvent, error: AnswerError): FailedEvent {
  return {
    event: 'ObjectFailed',
    v: eventVersion,
    id: ready.id,
    status: 'failed',
    zone: ready.zone,
    info: `${error.code}: ${error.detail}`,
    run_id: ready.run_id,
    attempt: ready.attempt,
    error,
  }
}

function errorOf(error: unknown): AnswerError {
  const detail = cut(redactText(textOf(error))) || 'the loader gave no reason'
  // That an attempt is lost is said by the house, and not by who has it: it would be announced again without a pause.
  if (!(error instanceof Fault) || error.code === 'ATTEMPT_LOST')
    return { code: 'LOADER_FAILED', retryable: true, detail, ...stackOf(error) }
  const { code, retryable } = error
  const { retryAfterMs } = error.detail
  if (!retryable || typeof retryAfterMs !== 'number' || !(retryAfterMs > 0)) {
    return { code, retryable, detail }
  }
  return { code, retryable, detail, retry_after_ms: Math.ceil(Math.min(retryAfterMs, longestRetryAfterMs)) }
}

/** Where it was thrown, without what `detail` says already: the ways in through Node itself help nobody. */
function stackOf(error: unknown): { readonly stack?: string } {
  const frames = framesOf(error).filter((line) => !line.includes('node:internal'))
  return frames.length === 0 ? {} : { stack: cut(redactText(frames.join('\n'))) }
}

/** Anything can be a stack, also what throws when it is read. */
function framesOf(error: unknown): readonly string[] {
  try {
    if (!(error instanceof Error) || typeof error.stack !== 'string') return []
    return error.stack.split('\n').flatMap((line) => (/^\s+at /.test(line) ? [line.trim()] : []))
  } catch {
    return []
  }
}

/** Anything can be thrown, also what cannot be made a text. */
function textOf(error: unknown): string {
  try {
    return String(messageOf(error))
  } catch {
    return ''
  }
}

function resultError(result: unknown): AnswerError | undefined {
  const printed = printedOrUndefined(result)
  if (printed === undefined) {
    return { code: 'LOADER_REFUSED', retryable: false, detail: 'the result of the loader is no JSON' }
  }
  const detail = excessOf(result as Json, () => printed)
  return detail === undefined ? undefined : { code: 'RESULT_TOO_LARGE', retryable: false, detail }
}

/** JSON.stringify gives undefined for functions and symbols, and throws on cycles and big integers. */
function printedOrUndefined(result: unknown): string | undefined {
  try {
    return JSON.stringify(result)
  } catch {
    return undefined
  }
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`
}
