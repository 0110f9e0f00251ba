// The answer of a called URL as the result of an object: small enough to travel on to every child.

import { deepestJson, isDeeperThan, type Json, parseJson } from '../../shared/base/json.ts'
import { longestRetryAfterMs, maxResultBytes } from '../../shared/events/answer.ts'

/** The part of an answer that is needed. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
}

export type HttpSummary = {
  readonly status: number
  /** The size of the body. */
  readonly bytes: number
  /** The body, when it is JSON and the summary with it is small enough to be a result. */
  readonly body?: Json
}

/**
 * How long the service asks to be left alone: the header Retry-After, in milliseconds; undefined when it says
 * nothing that can be read. Source: RFC 9110 §10.2.3, seconds or a date.
 */
export function retryAfterMs({ headers }: Pick<HttpAnswer, 'headers'>, nowMs: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? ''
  const afterMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return afterMs > 0 ? Math.min(afterMs, longestRetryAfterMs) : undefined
}

/** Reads the body to its end and keeps only what may be the result. Rejects as reading does. */
export async function readSummary(answer: HttpAnswer): Promise<HttpSummary> {
  const isJson = /[/+]json\b/i.test(answer.headers.get('content-type') ?? '')
  let kept: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    if (isJson && bytes <= maxResultBytes) kept.push(chunk)
    else kept = []
  }
  const body = bytes === 0 || kept.length === 0 ? undefined : parseJson(Buffer.concat(kept).toString('utf8'))
  const summary = { status: answer.status, bytes }
  if (body === undefined || isDeeperThan(deepestJson - 1, body)) return summary
  const whole = { ...summary, body }
  return Buffer.byteLength(JSON.stringify(whole)) <= maxResultBytes ? whole : summary
}
