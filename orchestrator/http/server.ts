// The orchestrator's HTTP interface: the API behind its guard, and the probes in front of it.

import type { FastifyInstance } from 'fastify'
import { Fault } from '../../shared/base/fault.ts'
import { longestObjectId } from '../../shared/base/object-id.ts'
import { HttpService } from '../../shared/http/http-service.ts'
import { addProbes } from '../../shared/http/probes.ts'
import { guardAccess } from './access.ts'
import type { ApiParts } from './api-parts.ts'
import { addRoutes } from './api-route.ts'
import { addBodyParsers } from './bodies.ts'
import { FactStreams } from './fact-streams.ts'
import { sendProblem } from './problem.ts'
import { aboutRoutes } from './routes/about-routes.ts'
import { commandRoutes } from './routes/command-routes.ts'
import { deadLetterRoutes } from './routes/dead-letter-routes.ts'
import { factRoutes } from './routes/fact-routes.ts'
import { objectRoutes } from './routes/object-routes.ts'
import { runRoutes } from './routes/run-routes.ts'
import { whyRoutes } from './routes/why-routes.ts'
import { workflowRoutes } from './routes/workflow-routes.ts'

/** A character of an id is up to three bytes, or four for two of them, and a percent sign makes three of each. */
const longestParameter = longestObjectId * 9

/**
 * Not yet started. `stop` cuts off the streams, answers SHUTTING_DOWN to what still comes, and ends within
 * `drainMs`. Throws when an address that others can reach is to be served without a token.
 */
export function newApiServer(parts: ApiParts): HttpService {
  const { host, port, clock, logger, bodyLimitBytes, drainMs } = parts
  return new HttpService({
    name: 'api',
    host,
    port,
    variables: { host: 'HOST', port: 'PORT' },
    clock,
    logger,
    bodyLimitBytes,
    ...(drainMs === undefined ? {} : { drainMs }),
    server: {
      // Types are taken as they come and nothing is dropped in silence; verbose: errors quote their schema.
      ajv: { customOptions: { coerceTypes: false, removeAdditional: false, verbose: true } },
      routerOptions: { maxParamLength: longestParameter },
      return503OnClosing: false,
      frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, logger),
    },
    build: (server) => addApi(server, parts),
  })
}

function addApi(server: FastifyInstance, parts: ApiParts): void {
  const { logger } = parts
  const streams = new FactStreams(parts)
  refuseWhileClosing(server, streams)
  guardAccess(server, parts)
  server.addHook('onRequest', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store')
  })
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, logger))
  server.setNotFoundHandler((request, reply) => {
    const fault = new Fault('ROUTE_UNKNOWN', `${request.method} leads nowhere here; see /openapi.json`)
    return sendProblem(fault, request, reply, logger)
  })
  addBodyParsers(server)
  addProbes(server, parts.probes)
  const routes = [
    ...runRoutes(parts),
    ...objectRoutes(parts),
    ...factRoutes(parts, streams),
    ...commandRoutes(parts),
    ...whyRoutes(parts),
    ...deadLetterRoutes(parts),
    ...workflowRoutes(parts),
  ]
  addRoutes(server, [...aboutRoutes(parts.version, routes), ...routes])
}

/** Connections that are kept alive still bring requests while the server waits for the open ones. */
function refuseWhileClosing(server: FastifyInstance, streams: FactStreams): void {
  let closing = false
  server.addHook('preClose', async () => {
    closing = true
    streams.stop()
  })
  server.addHook('onRequest', async () => {
    if (closing) throw new Fault('SHUTTING_DOWN', 'this orchestrator is stopping; another one takes over')
  })
}
