// Who may use the API: bearers of the token, or, where none is set, programs of this machine that are no foreign web page.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { assert } from '../../shared/base/assert.ts'
import { Fault } from '../../shared/base/fault.ts'
import { isLoopback } from '../../shared/config/host.ts'

export interface Access {
  readonly host: string
  readonly apiToken: string | undefined
}

/** Routes, as they were registered, that anybody may call: they tell nothing of any run. */
const openRoutes: ReadonlySet<string | undefined> = new Set([
  '/health/liveness',
  '/health/readiness',
  '/health/startup',
  '/metrics',
])

/**
 * Guards every route of `server`, those that do not exist too. Decided by the route that was matched and
 * never by the path as it was written: no spelling of a path leads around it. A refused request is
 * answered before its body is read.
 */
export function guardAccess(server: FastifyInstance, { host, apiToken }: Access): void {
  assert(apiToken !== undefined || isLoopback(host), `an API on ${host} has a token`)
  const check = apiToken === undefined ? refuseForeignPages : tokenCheck(apiToken)
  server.addHook('onRequest', async (request) => {
    if (!openRoutes.has(request.routeOptions.url)) check(request)
  })
}

function tokenCheck(apiToken: string): (request: FastifyRequest) => void {
  const expected = digest(apiToken)
  return ({ headers }) => {
    const given = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
    // Digests have one length, so that the comparison takes the same time for every token.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return
    const message =
      given === undefined
        ? 'send the header "Authorization: Bearer …" with the value of API_TOKEN'
        : 'the token is not the one in API_TOKEN'
    throw new Fault('UNAUTHORIZED', message, { detail: { wrongToken: given !== undefined } })
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * Without a token the address protects the API, but a browser on this machine lends it to any web page: by
 * a name of the page's own that leads here (DNS rebinding), or by a form sent across origins.
 */
function refuseForeignPages({ headers }: FastifyRequest): void {
  const { host, origin } = headers
  if (host === undefined || !isLoopbackName(hostnameOf(`http://${host}`)))
    throw new Fault(
      'REQUEST_INVALID',
      `without API_TOKEN only names of this machine lead here, and '${host ?? ''}' is none; use localhost, or set API_TOKEN`,
    )
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    throw new Fault('REQUEST_INVALID', `pages of ${origin} may not call this API`)
}

function isLoopbackName(name: string | undefined): boolean {
  if (name === undefined) return false
  return isLoopback(name.replace(/^\[(.*)\]$/, '$1')) || name.endsWith('.localhost')
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined
}
