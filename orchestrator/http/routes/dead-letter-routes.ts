// The dead letter queue: what nobody could load or read, and what is done about it.

import type { FastifyRequest } from 'fastify'
import type { CommandBody } from '../../../shared/api/command-resource.ts'
import { type DeadLetterAnswer, letterCommands } from '../../../shared/api/dead-letter-resource.ts'
import type { LetterFilter } from '../../core/dlq/dead-letter-entry.ts'
import type { ApiParts } from '../api-parts.ts'
import type { ApiRoute } from '../api-route.ts'
import { anonymous } from '../command-desk.ts'
import { deadLetterDetailOf, deadLetterListOf } from '../dead-letter-resource-of.ts'
import { lateFault, longestAskMs } from '../late-fault.ts'
import { commandBody, letterParams, lettersQuery, nothing } from '../schemas.ts'
import { within } from '../within.ts'

const dlq = '/api/v1/dlq'
const usualLetters = 50
const longestLookMs = 30_000 - longestAskMs

const summaries = {
  retry: 'Tries a dead letter again: its object as a new attempt of its run, its record where it came from.',
  discard: 'Says that a dead letter needs nobody’s attention any more.',
} as const

export function deadLetterRoutes(parts: ApiParts): readonly ApiRoute[] {
  const { deadLetters } = parts
  const timely = <Outcome>(work: Promise<Outcome>) =>
    within(parts.clock, longestLookMs, work, () =>
      lateFault(parts, 'it may still happen; look, and send it again', undefined),
    )
  const acts = letterCommands.map(
    (command): ApiRoute => ({
      method: 'POST',
      path: `${dlq}/:id/${command}`,
      summary: summaries[command],
      schema: { params: letterParams, querystring: nothing, body: commandBody },
      answers: { 200: 'DeadLetterAnswer' },
      handle: async (request): Promise<DeadLetterAnswer> => {
        const { by = anonymous, reason } = (request.body ?? {}) as CommandBody
        const hand = { by, ...(reason === undefined ? {} : { reason }) }
        const { entry, changed, message } = await timely(deadLetters.act(idOf(request), command, hand))
        const { id, runId = null, objectId = null } = entry
        return { id, changed, message, run_id: runId, object_id: objectId }
      },
    }),
  )
  return [
    {
      method: 'GET',
      path: dlq,
      summary: 'Lists dead letters, the newest first; the open ones when no state is asked for.',
      schema: { querystring: lettersQuery },
      answers: { 200: 'DeadLetterList' },
      handle: async (request) => {
        const query = request.query as LettersQuery
        const found = await timely(deadLetters.list(filterOf(query)))
        return deadLetterListOf(found, Number(query.limit ?? usualLetters))
      },
    },
    {
      method: 'GET',
      path: `${dlq}/:id`,
      summary: 'Shows a dead letter with all that is known of it.',
      schema: { params: letterParams, querystring: nothing },
      answers: { 200: 'DeadLetter' },
      handle: async (request) => deadLetterDetailOf(await timely(deadLetters.show(idOf(request)))),
    },
    ...acts,
  ]
}

interface LettersQuery extends Pick<LetterFilter, 'state' | 'category' | 'code' | 'zone' | 'tenant'> {
  readonly run?: string
  readonly object?: string
  readonly since?: string
  readonly until?: string
  readonly limit?: string
}

function filterOf({ run, object, since, until, limit: _, ...same }: LettersQuery): LetterFilter {
  return {
    ...same,
    ...(run === undefined ? {} : { runId: run }),
    ...(object === undefined ? {} : { objectId: object }),
    ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
  }
}

function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id
}
