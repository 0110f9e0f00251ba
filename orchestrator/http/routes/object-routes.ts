// The objects of a run: what they are called, how they are, and what they went on without.

import type { ObjectState } from '../../core/run/object-state.ts'
import { runNotKept } from '../../core/run/unknown.ts'
import type { ApiParts } from '../api-parts.ts'
import type { ApiRoute } from '../api-route.ts'
import { lateFault } from '../late-fault.ts'
import { objectListOf } from '../object-list-of.ts'
import { objectsQuery, runParams } from '../schemas.ts'
import { within } from '../within.ts'
import { assertKept } from './fact-routes.ts'
import { idOf, knownRun } from './run-routes.ts'

const usualObjects = 1_000
/** Who looks at a run that cannot be looked at now has something else to see: its state, its facts. */
const longestLookMs = 4_000

interface ObjectsQuery {
  readonly degraded?: 'true'
  readonly state?: ObjectState
  readonly retrying?: 'true'
  readonly after?: string
  readonly limit?: string
}

export function objectRoutes(parts: ApiParts): readonly ApiRoute[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/runs/:id/objects',
      summary:
        'Lists the objects of a run in the order of its plan, all, those in a state, those that went on without something, or those that wait for their next attempt. A page ends at its limit, or before it would be longer than 1 MiB.',
      schema: { params: runParams, querystring: objectsQuery },
      answers: { 200: 'ObjectList' },
      handle: async (request) => {
        const { degraded, state, retrying, after, limit = usualObjects } = request.query as ObjectsQuery
        const run = await lookedAt(parts, idOf(request))
        const only = { isDegraded: degraded === 'true', state, isRetrying: retrying === 'true' }
        return objectListOf(run, { ...only, after, limit: Number(limit) })
      },
    },
  ]
}

/** Rejects with RUN_UNKNOWN, with FACTS_EXPIRED when only the outcome of the run is kept, or with a retryable fault. */
async function lookedAt(parts: ApiParts, runId: string) {
  const { store, conductor, clock } = parts
  const { state } = await knownRun(store, runId)
  if (state !== 'running') await assertKept(store, runId)
  const advice = 'the objects of the run cannot be told now; try again'
  const late = () => lateFault(parts, advice, runId)
  const run = await within(clock, longestLookMs, conductor.look(runId), late)
  if (run === undefined) throw runNotKept(runId)
  return run
}
