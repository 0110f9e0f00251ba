// A route as data: what fastify serves and what the API description says come from the same place.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../../shared/base/fault.ts'

export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With parameters as fastify writes them: `/api/v1/runs/:id`. */
  readonly path: string
  readonly summary: string
  readonly schema: {
    readonly params?: object
    readonly querystring: object
    readonly body?: object
  }
  /** Names of `components` by the status answered when all is well; `Nothing` has no body. */
  readonly answers: Readonly<Record<number, string>>
  /** Of the answers, where it is not JSON. */
  readonly mediaTypes?: readonly string[]
  readonly handle: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
}

/** Adds the routes. HEAD is not answered: a HEAD of a stream would never end. */
export function addRoutes(server: FastifyInstance, routes: readonly ApiRoute[]): void {
  server.setSchemaErrorFormatter(schemaFault)
  for (const { method, path, schema, handle } of routes)
    server.route({ method, url: path, schema, handler: handle, exposeHeadRoute: false })
  for (const path of new Set(routes.map((route) => route.path)))
    refuseOtherMethods(
      server,
      path,
      routes.flatMap((route) => (route.path === path ? [route.method] : [])),
    )
}

/** Of a path that is known: refused before a body is read, and after the guard. */
function refuseOtherMethods(server: FastifyInstance, url: string, known: readonly string[]): void {
  const allow = known.join(', ')
  const refuse = async ({ method }: FastifyRequest, reply: FastifyReply) => {
    void reply.header('allow', allow)
    throw new Fault('METHOD_UNKNOWN', `there is no ${method} of this path, only ${allow}`)
  }
  const method = server.supportedMethods.filter((one) => !known.includes(one))
  server.route({ method, url, onRequest: refuse, handler: refuse, exposeHeadRoute: false })
}

/** The first thing wrong with a request, in words that name the field. */
function schemaFault(errors: readonly SchemaError[], part: string): Fault {
  const [error] = errors
  const where = [partNames[part] ?? part, ...(error?.instancePath ?? '').split('/').slice(1)].join('.')
  const message = error === undefined ? `${where} is not valid` : inWords(error, where)
  return new Fault('REQUEST_INVALID', message, { detail: { field: where } })
}

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Record<string, unknown>
  readonly message?: string
  /** There because the validator is verbose. */
  readonly parentSchema?: { readonly description?: string; readonly properties?: object }
}

const partNames: Readonly<Record<string, string>> = { querystring: 'query', params: 'path' }

function inWords({ keyword, params, message, parentSchema }: SchemaError, where: string): string {
  if (keyword === 'additionalProperties') {
    const known = Object.keys(parentSchema?.properties ?? {}).join(', ')
    return `${where} has the unknown field '${params.additionalProperty}'; known are: ${known || 'none'}`
  }
  if (keyword === 'enum')
    return `${where} must be one of: ${String(params.allowedValues).replaceAll(',', ', ')}`
  const shaped = keyword === 'pattern' || keyword === 'format'
  if (shaped && parentSchema?.description !== undefined) return `${where} must be ${parentSchema.description}`
  return `${where} ${message}`
}
