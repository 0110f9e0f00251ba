// The live feed of a run: server-sent events, or NDJSON for who asks for it.

import type { FastifyRequest } from 'fastify'
import { Fault } from '../../../shared/base/fault.ts'
import type { FeedPlace } from '../../services/run-feed.ts'
import type { ApiParts } from '../api-parts.ts'
import type { ApiRoute } from '../api-route.ts'
import type { FactStreams } from '../fact-streams.ts'
import { noContent } from '../problem.ts'
import { factsQuery, place, runParams } from '../schemas.ts'
import { idOf, knownRun } from './run-routes.ts'

/** More commits than a run ever has: whether there are some is asked, and none is wanted. */
const beyondAll = 2 ** 40
const placePattern = new RegExp(place.pattern)

export function factRoutes({ store }: ApiParts, streams: FactStreams): readonly ApiRoute[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/runs/:id/facts',
      summary: 'Streams the facts of a run until it has ended; resumes behind Last-Event-ID or after.',
      schema: { params: runParams, querystring: factsQuery },
      // Browsers come back when a stream ends; 204 tells them that there is nothing to come back for.
      answers: { 200: 'Fact', 204: 'Nothing' },
      mediaTypes: ['text/event-stream', 'application/x-ndjson'],
      handle: async (request, reply) => {
        const runId = idOf(request)
        const after = placeOf(request)
        const { state } = await knownRun(store, runId)
        if (state !== 'running') {
          await assertKept(store, runId)
          if (after !== undefined && !(await streams.hasMore(runId, after)))
            return reply.code(noContent).send()
        }
        const lines = /\bapplication\/(x-)?ndjson\b/.test(request.headers.accept ?? '')
        streams.serve({ runId, after, format: lines ? 'lines' : 'events' }, reply)
        return reply
      },
    },
  ]
}

/** What a run came to is known for longer than its facts are. Rejects with FACTS_EXPIRED. */
export async function assertKept(store: ApiParts['store'], runId: string): Promise<void> {
  if ((await store.read(runId, beyondAll)) !== undefined) return
  throw new Fault('FACTS_EXPIRED', `run '${runId}' ended too long ago: its facts are no longer kept`)
}

/** A client that comes back repeats the query of its first request: what it has seen since is in the header. */
function placeOf(request: FastifyRequest): FeedPlace | undefined {
  const header = request.headers['last-event-id']
  const text = header ?? (request.query as { after?: string }).after
  if (text === undefined || text === '') return undefined
  if (typeof text !== 'string' || !placePattern.test(text))
    throw new Fault('REQUEST_INVALID', `header Last-Event-ID must be ${place.description}`)
  const [version, index] = text.split('.').map(Number)
  return { version: version ?? 0, index: index ?? 0 }
}
