// Runs: open, list, look at, cancel.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CancelRunAnswer, ListedState, RunList, RunResource } from '../../../shared/api/run-resource.ts'
import type { RunFact } from '../../core/run/run-fact.ts'
import { runNotKept } from '../../core/run/unknown.ts'
import type { RunQuery, RunSummary } from '../../ports/run-store.ts'
import type { ApiParts } from '../api-parts.ts'
import type { ApiRoute } from '../api-route.ts'
import { anonymous } from '../command-desk.ts'
import { lateFault, longestAskMs } from '../late-fault.ts'
import { OpenRunDesk } from '../open-run-desk.ts'
import { created } from '../problem.ts'
import { pausedRuns, runPage } from '../run-page.ts'
import { runPath } from '../run-path.ts'
import { runResourceOf } from '../run-resource-of.ts'
import { cancelQuery, listRunsQuery, nothing, openRunBody, openRunQuery, runParams } from '../schemas.ts'
import { within } from '../within.ts'

const runs = '/api/v1/runs'
const usualRuns = 50
/** How long a client waits for its cancellation to be decided, in milliseconds. */
const longestDecisionMs = 15_000 - longestAskMs

/** The run, or RUN_UNKNOWN. */
export async function knownRun(store: ApiParts['store'], runId: string): Promise<RunSummary> {
  const summary = await store.summary(runId)
  if (summary === undefined) throw runNotKept(runId)
  return summary
}

export function runRoutes(parts: ApiParts): readonly ApiRoute[] {
  const desk = new OpenRunDesk(parts)
  return [
    {
      method: 'POST',
      path: runs,
      summary:
        'Opens a run of a definition or a workflow; the same again changes nothing, the id of another run is refused.',
      schema: { querystring: openRunQuery, body: openRunBody },
      answers: { 200: 'OpenedRun', 201: 'OpenedRun' },
      handle: async (request, reply) => {
        const answer = await desk.open(request.body, request.query as Record<string, string>)
        return answer.opened ? openedAt(reply, answer) : answer
      },
    },
    {
      method: 'GET',
      path: runs,
      summary: 'Lists runs, the newest first; those that are paused are running too.',
      schema: { querystring: listRunsQuery },
      answers: { 200: 'RunList' },
      handle: (request) => listRuns(parts, request.query as ListQuery),
    },
    {
      method: 'GET',
      path: `${runs}/:id`,
      summary: 'Shows a run.',
      schema: { params: runParams, querystring: nothing },
      answers: { 200: 'Run' },
      handle: async (request): Promise<RunResource> =>
        runResourceOf(await knownRun(parts.store, idOf(request))),
    },
    {
      method: 'DELETE',
      path: `${runs}/:id`,
      summary: 'Cancels a run; one that has ended stays as it is.',
      schema: { params: runParams, querystring: cancelQuery },
      answers: { 200: 'CancelledRun' },
      handle: (request) => cancelRun(parts, idOf(request), request.query as CancelQuery),
    },
  ]
}

/** Answers with what was made and where it is found. */
export function openedAt<Answer extends { readonly run_id: string }>(
  reply: FastifyReply,
  answer: Answer,
): Answer {
  void reply.code(created).header('location', runPath(answer.run_id))
  return answer
}

export function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id
}

interface ListQuery {
  readonly state?: ListedState
  readonly limit?: string
  readonly before?: string
}

async function listRuns({ store }: ApiParts, query: ListQuery): Promise<RunList> {
  const { state, before } = query
  const wanted: RunQuery = {
    limit: Number(query.limit ?? usualRuns),
    ...(state === undefined || state === 'paused' ? {} : { state }),
    ...(before === undefined ? {} : { openedBeforeMs: Date.parse(before) }),
  }
  const page = await runPage(state === 'paused' ? pausedRuns(store) : store, wanted)
  const next = page.nextBeforeMs
  return {
    runs: page.runs.map(runResourceOf),
    next_before: next === undefined ? null : new Date(next).toISOString(),
  }
}

interface CancelQuery {
  readonly reason?: string
  readonly by?: string
}

async function cancelRun(
  parts: ApiParts,
  runId: string,
  { reason = 'cancelled over the API', by = anonymous }: CancelQuery,
): Promise<CancelRunAnswer> {
  const { state } = await knownRun(parts.store, runId)
  if (state !== 'running') return { run_id: runId, changed: false, state }
  const advice = 'the cancellation is queued and not decided yet; look at the run, or try again'
  const late = () => lateFault(parts, advice, runId)
  const facts = await within(parts.clock, longestDecisionMs, decideCancel(parts, runId, { reason, by }), late)
  const changed = facts.some((fact) => fact.type === 'run-ended' && fact.state === 'cancelled')
  if (changed) parts.logger.info('run cancelled over the API', { run_id: runId, reason, by })
  return { run_id: runId, changed, state: (await knownRun(parts.store, runId)).state }
}

/** The facts of the batch that the cancellation was decided in. */
function decideCancel(
  { conductor }: ApiParts,
  runId: string,
  why: Required<CancelQuery>,
): Promise<readonly RunFact[]> {
  return new Promise((resolve, reject) => {
    conductor.submit(runId, { input: { kind: 'cancel', ...why }, settle: resolve, refuse: reject })
  })
}
