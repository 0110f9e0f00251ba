// The http loader: calls the URL of an object and takes its answer for the outcome.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Loaded } from '../core/verdict.ts'
import type { Loader } from '../ports/loader.ts'
import { type HttpAnswer, readSummary, retryAfterMs } from './http-answer.ts'
import { allowedUrl, type HttpRequest, nextRequest, originOf, requestOf } from './http-request.ts'

/** The part of `fetch` that is needed; it must not follow redirects by itself when told `manual`. */
export type Fetch = (
  url: URL,
  init: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: string
    readonly signal: AbortSignal
    readonly redirect: 'manual'
  },
) => Promise<HttpAnswer>

export interface HttpOptions {
  /** The value of the Authorization header; sent only where `allowedHosts` has hosts, and then to them alone. */
  readonly authHeader: string | undefined
  /** For the whole exchange, redirects and body too. */
  readonly timeoutMs: number
  /** `host` (on the usual port of http or https) or `host:port`, lower case; empty: any. */
  readonly allowedHosts: readonly string[]
}

/** Redirects that are followed. */
const mostRedirects = 5

/**
 * A 2xx is loaded, with status, size and a small JSON body as the result. 5xx, 429, time-outs and network
 * errors are LOADER_FAILED (tried again, not before a 429 or 503 allows it); everything else is LOADER_REFUSED
 * (not tried again).
 */
export function httpLoader(
  options: HttpOptions,
  outside: { readonly clock: Clock; readonly fetch: Fetch },
): Loader {
  return {
    name: 'http',
    target: (ready) => originOf(ready, options.allowedHosts),
    async load(ready, context): Promise<Loaded> {
      const over = new AbortController()
      const timer = outside.clock.after(options.timeoutMs, () => over.abort(new Error('time-out')))
      const signal = AbortSignal.any([context.signal, over.signal])
      try {
        return await exchange(ready, options, outside, signal)
      } catch (error) {
        if (error instanceof Fault) throw error
        if (!over.signal.aborted) throw new Fault('LOADER_FAILED', `the call failed: ${reasonOf(error)}`)
        throw new Fault('LOADER_FAILED', `no answer within ${options.timeoutMs} ms`)
      } finally {
        timer.cancel()
        // Lets go of an answer that was not read to its end.
        over.abort()
      }
    },
  }
}

async function exchange(
  ready: ReadyEvent,
  options: HttpOptions,
  { fetch, clock }: { readonly clock: Clock; readonly fetch: Fetch },
  signal: AbortSignal,
): Promise<Loaded> {
  let request = requestOf(ready)
  for (let redirects = 0; ; redirects++) {
    const answer = await fetch(allowedUrl(request.url, options.allowedHosts), {
      method: request.method,
      headers: headersOf(request, options),
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
      redirect: 'manual',
    })
    const location = answer.headers.get('location')
    if (answer.status < 300 || answer.status > 399 || location === null) {
      return loadedOf(request, answer, clock.nowMs())
    }
    if (redirects === mostRedirects) throw new Fault('LOADER_REFUSED', `more than ${mostRedirects} redirects`)
    const next = nextRequest(request, answer.status, location)
    if (isAuthorized(options)) keptSecret(request.url, next.url)
    request = next
  }
}

function isAuthorized({ authHeader, allowedHosts }: HttpOptions): boolean {
  return authHeader !== undefined && allowedHosts.length > 0
}

function headersOf(request: HttpRequest, options: HttpOptions): Record<string, string> {
  const { authHeader } = options
  return authHeader !== undefined && isAuthorized(options)
    ? { ...request.headers, authorization: authHeader }
    : { ...request.headers }
}

/** Refused and not followed without the header: a 401 would say nothing of why. Throws LOADER_REFUSED. */
function keptSecret(from: URL, to: URL): void {
  if (from.protocol !== 'https:' || to.protocol === 'https:') return
  throw new Fault('LOADER_REFUSED', 'the redirect leads from https to http, and HTTP_AUTH_HEADER with it')
}

async function loadedOf(request: HttpRequest, answer: HttpAnswer, nowMs: number): Promise<Loaded> {
  const { status } = answer
  const said = `${request.method} ${placeOf(request.url)} answered ${status}`
  if (status === 429 || status === 503) {
    throw new Fault('LOADER_FAILED', said, { detail: { retryAfterMs: retryAfterMs(answer, nowMs) } })
  }
  if (status < 200 || status > 299) throw new Fault(status >= 500 ? 'LOADER_FAILED' : 'LOADER_REFUSED', said)
  const result = await readSummary(answer)
  return { info: `${said}, ${result.bytes} bytes`, result }
}

/** Without the query: that is where tokens are. */
function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`
}

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (!(cause instanceof Error)) return messageOf(error)
  return 'code' in cause ? String(cause.code) : cause.message
}
