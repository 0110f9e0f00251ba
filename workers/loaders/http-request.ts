// What an object wants to have called, and where a call may go.

import { Fault } from '../../shared/base/fault.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import { fieldOf } from '../core/field.ts'

export interface HttpRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const withBody = ['POST', 'PUT', 'PATCH']
/** The port that a URL does not name. */
const usualPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/**
 * The call of an object: field `URL` (or `url`), and `Method` (`Méthode`, `method`), GET by default; POST, PUT
 * and PATCH carry the Ready event. The idempotency key is the same for a repeated attempt. Throws LOADER_REFUSED.
 */
export function requestOf(ready: ReadyEvent): HttpRequest {
  const call = callOf(ready)
  const key = [ready.run_id, ready.id, ready.attempt].map(encodeURIComponent).join('/')
  const headers = { accept: 'application/json, */*;q=0.1', 'idempotency-key': key }
  if (!withBody.includes(call.method)) return { ...call, headers }
  const body = JSON.stringify(ready)
  return { ...call, headers: { ...headers, 'content-type': 'application/json' }, body }
}

/** Protocol, host and port that the call of an object goes to; undefined when it is refused before it is made. */
export function originOf(ready: ReadyEvent, allowedHosts: readonly string[]): string | undefined {
  try {
    return allowedUrl(callOf(ready).url, allowedHosts).origin
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

function callOf({ object }: ReadyEvent): Pick<HttpRequest, 'url' | 'method'> {
  const text = fieldOf(object, ['URL', 'url'])
  if (text === undefined) throw new Fault('LOADER_REFUSED', 'the object has no URL to call')
  const named = fieldOf(object, ['Method', 'Méthode', 'Methode', 'method']) ?? 'GET'
  const method = named.toUpperCase()
  if (!methods.includes(method)) {
    throw new Fault('LOADER_REFUSED', `the method is none of ${methods.join(', ')}`)
  }
  return { url: urlOf(text), method }
}

/** The call that a redirect asks for. Source: Fetch Standard, HTTP-redirect fetch. Throws LOADER_REFUSED. */
export function nextRequest(request: HttpRequest, status: number, location: string): HttpRequest {
  const url = urlOf(location, request.url)
  const becomesGet =
    (status === 303 && request.method !== 'HEAD') ||
    ((status === 301 || status === 302) && request.method === 'POST')
  if (!becomesGet) return { ...request, url }
  const { 'content-type': _, ...headers } = request.headers
  return { url, method: 'GET', headers }
}

/**
 * `url` itself when its host is one of `allowed`, or when any is; throws LOADER_REFUSED when not. A host
 * without a port stands for the usual one of the protocol: what else runs on that machine is not meant.
 */
export function allowedUrl(url: URL, allowed: readonly string[]): URL {
  const isUsualPort = url.port === ''
  const port = isUsualPort ? usualPorts[url.protocol] : url.port
  const isAllowed =
    allowed.length === 0 ||
    (isUsualPort && allowed.includes(url.hostname)) ||
    allowed.includes(`${url.hostname}:${port}`)
  if (isAllowed) return url
  throw new Fault('LOADER_REFUSED', `the host ${url.host} is not one of HTTP_ALLOWED_HOSTS`)
}

/** The text of the URL is in no message: it may hold a secret. */
function urlOf(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url === null) throw new Fault('LOADER_REFUSED', 'the URL is not one')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Fault('LOADER_REFUSED', `only http and https are called, not ${url.protocol}`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new Fault('LOADER_REFUSED', 'the URL holds a user or a password: use HTTP_AUTH_HEADER')
  }
  return url
}
