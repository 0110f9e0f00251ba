// What a zone answers, read from the loaded and the failed topic alike, and what both answers share.

import { Fault } from '../base/fault.ts'
import { eventVersion, isNewer, newerFault } from '../base/format-version.ts'
import {
  deepestJson,
  isDeeperThan,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../base/json.ts'
import { objectIdOf } from '../base/object-id.ts'
import { failure, type Result, success } from '../base/result.ts'

/** Why an attempt failed. `retryable` is false only when the zone says that another try is useless. */
export interface AnswerError {
  readonly code: string
  readonly retryable: boolean
  readonly detail: string
  /** Where it was thrown, for whoever mends the loader: cut, and without secrets. */
  readonly stack?: string
  /** No other try makes sense before this much time has passed, in milliseconds. */
  readonly retry_after_ms?: number
}

interface AnswerBase {
  readonly runId: string
  readonly objectId: string
  /** Undefined when the zone does not say: then it means the current attempt. */
  readonly attempt: number | undefined
  readonly info: string | undefined
}

export interface LoadedAnswer extends AnswerBase {
  readonly kind: 'loaded'
  readonly result: Json | undefined
}

export interface FailedAnswer extends AnswerBase {
  readonly kind: 'failed'
  readonly error: AnswerError
}

export type Answer = LoadedAnswer | FailedAnswer

/** The largest result an answer may carry, in bytes of JSON: results travel on to every child. */
export const maxResultBytes = 65_536

/** No zone can put an object off for longer than this, a day. */
export const longestRetryAfterMs = 86_400_000

/** More of a text than this helps nobody, and it travels on: to facts, journal and DLQ topic. In UTF-16 units. */
const longestText = 8_000
/** The first frames say where; every fact of a failure carries them. In UTF-16 units. */
const longestStack = 2_000

/**
 * Reads an answer. Only `id` and `run_id` are needed: a missing `attempt` means the current one, a
 * `status` of "failed" counts as failed on either topic, and so does all that comes on the failed topic.
 */
export function parseAnswer(text: string, topicKind: 'loaded' | 'failed'): Result<Answer, string> {
  const json = parseJson(text)
  if (!isJsonObject(json)) return failure('not a JSON object')
  if (isNewer(json.v, eventVersion)) return failure(`version ${json.v} is newer than ${eventVersion}`)
  const objectId = objectIdOf(json.id)
  if (objectId === undefined) return failure('no id')
  if (typeof json.run_id !== 'string' || json.run_id === '') return failure('no run_id')
  const attempt = attemptOf(json.attempt)
  if (attempt === 'none') return failure('attempt is no whole number from 1')
  const base = { runId: json.run_id, objectId, attempt, info: textOf(json.info) }
  if (topicKind === 'failed' || json.status === 'failed') {
    return success({ kind: 'failed', ...base, error: errorOf(json) })
  }
  if (json.status !== undefined && json.status !== 'loaded') {
    return failure(`status is neither "loaded" nor "failed"`)
  }
  return success(withinLimit({ kind: 'loaded', ...base, result: json.result }))
}

/** The fault of an answer that parseAnswer does not read for this reason. */
export function answerFault(text: string, reason: string): Fault {
  const json = parseJson(text)
  const version = isJsonObject(json) ? json.v : undefined
  if (isNewer(version, eventVersion)) return newerFault('an answer', version, eventVersion)
  return new Fault('EVENT_UNREADABLE', reason)
}

function withinLimit(answer: LoadedAnswer): Answer {
  const { result, ...rest } = answer
  if (result === undefined || result === null) return answer
  const detail = excessOf(result, () => JSON.stringify(result))
  if (detail === undefined) return answer
  return { ...rest, kind: 'failed', error: { code: 'RESULT_TOO_LARGE', retryable: false, detail } }
}

/** What is too much about a result, which is not printed when it is too deep for that; undefined: it can be carried on. */
export function excessOf(result: Json, printed: () => string): string | undefined {
  if (isDeeperThan(deepestJson, result)) return `the result is nested deeper than ${deepestJson} levels`
  const text = printed()
  // A character has at most three bytes in UTF-8: most results are known to fit without counting them.
  if (text.length * 3 <= maxResultBytes) return undefined
  const bytes = Buffer.byteLength(text)
  if (bytes <= maxResultBytes) return undefined
  return `the result has ${bytes} bytes, at most ${maxResultBytes} are carried on: store it and answer where it is`
}

// Only an attempt that is not there means the current one: one that cannot be read is not taken for it.
function attemptOf(value: Json | undefined): number | undefined | 'none' {
  if (value === undefined || value === null) return undefined
  const attempt = typeof value === 'string' ? Number(value) : value
  return typeof attempt === 'number' && Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 'none'
}

function textOf(value: Json | undefined, longest = longestText): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return value.length <= longest ? value : `${value.slice(0, longest)}…`
}

function errorOf(json: JsonObject): AnswerError {
  const error = isJsonObject(json.error) ? json.error : {}
  const retryable = error.retryable !== false
  const retryAfterMs = retryable ? spanOf(error.retry_after_ms) : undefined
  const stack = textOf(error.stack, longestStack)
  return {
    code: textOf(error.code) ?? 'LOADER_FAILED',
    retryable,
    detail: textOf(error.detail) ?? textOf(json.error) ?? textOf(json.info) ?? 'the zone gave no reason',
    ...(stack === undefined ? {} : { stack }),
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  }
}

/** A wish that cannot be read is none. */
function spanOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' || !(value > 0)) return undefined
  return Math.ceil(Math.min(value, longestRetryAfterMs))
}
