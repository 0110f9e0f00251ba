// What people may do to a run: pause, resume, run again what failed, and decide about objects by hand.

import type { FastifyRequest } from 'fastify'
import {
  type CommandBody,
  type ObjectCommandBody,
  objectCommands,
  type RerunBody,
  runCommands,
} from '../../../shared/api/command-resource.ts'
import type { ApiParts } from '../api-parts.ts'
import type { ApiRoute } from '../api-route.ts'
import { CommandDesk } from '../command-desk.ts'
import { RerunDesk } from '../rerun-desk.ts'
import { commandBody, nothing, objectCommandBody, objectParams, rerunBody, runParams } from '../schemas.ts'
import { idOf, openedAt } from './run-routes.ts'

const run = '/api/v1/runs/:id'

const summaries = {
  pause: 'Pauses a run: nothing more of it is announced; what is out may be answered.',
  resume: 'Resumes a paused run.',
  retry: 'Tries a failed object again; a run that had ended goes on, with what hangs below.',
  'mark-loaded': 'Lets an object count as loaded because somebody says so.',
  skip: 'Lets a run go on without an object; its children are degraded.',
  'accept-late': 'Applies the late result of an attempt that had been given up.',
  discard: 'Says that a failed object needs nobody’s attention any more.',
} as const

export function commandRoutes(parts: ApiParts): readonly ApiRoute[] {
  const desk = new CommandDesk(parts)
  const ofRuns = runCommands.map(
    (command): ApiRoute => ({
      method: 'POST',
      path: `${run}/${command}`,
      summary: summaries[command],
      schema: { params: runParams, querystring: nothing, body: commandBody },
      answers: { 200: 'CommandAnswer' },
      handle: (request) => desk.ofRun(idOf(request), command, bodyOf<CommandBody>(request)),
    }),
  )
  const ofObjects = objectCommands.map(
    (command): ApiRoute => ({
      method: 'POST',
      path: `${run}/objects/:object/${command}`,
      summary: summaries[command],
      schema: { params: objectParams, querystring: nothing, body: objectCommandBody },
      answers: { 200: 'CommandAnswer' },
      handle: (request) => {
        const { object } = request.params as { object: string }
        return desk.ofObject(idOf(request), object, command, bodyOf<ObjectCommandBody>(request))
      },
    }),
  )
  return [...ofRuns, ...ofObjects, rerunRoute(parts)]
}

function rerunRoute(parts: ApiParts): ApiRoute {
  const desk = new RerunDesk(parts)
  return {
    method: 'POST',
    path: `${run}/rerun`,
    summary:
      'Opens a run of what failed in a run, which reuses what was loaded; a dry run only says what. Nothing is opened when nothing is to be loaded again, or when this very rerun of the `run_id` is open already.',
    schema: { params: runParams, querystring: nothing, body: rerunBody },
    answers: { 200: 'Rerun', 201: 'OpenedRerun' },
    handle: async (request, reply) => {
      const answer = await desk.rerun(idOf(request), bodyOf<RerunBody>(request))
      return 'run_id' in answer && answer.opened ? openedAt(reply, answer) : answer
    },
  }
}

function bodyOf<Body>(request: FastifyRequest): Body {
  return (request.body ?? {}) as Body
}
