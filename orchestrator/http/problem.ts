// Errors as problem details of RFC 9457; the only file that knows status numbers.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, problemMediaType } from '../../shared/api/problem.ts'
import { Fault, type FaultCode } from '../../shared/base/fault.ts'
import { redactText } from '../../shared/base/redact.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { DefinitionFault } from '../core/graph/definition-fault.ts'

export const ok = 200
export const created = 201
export const noContent = 204
const badRequest = 400
const serverError = 500
const unavailable = 503

/** Retryable codes answer 503, all others that are not named here 500: nothing the client did. */
const statusOf: Partial<Record<FaultCode, number>> = {
  REQUEST_INVALID: badRequest,
  SYNTAX: badRequest,
  UNAUTHORIZED: 401,
  RUN_UNKNOWN: 404,
  OBJECT_UNKNOWN: 404,
  LETTER_UNKNOWN: 404,
  WORKFLOW_UNKNOWN: 404,
  ROUTE_UNKNOWN: 404,
  METHOD_UNKNOWN: 405,
  RUN_EXISTS: 409,
  FACTS_EXPIRED: 410,
  TOO_LARGE: 413,
  DEFINITION_INVALID: 422,
}

const titles: Partial<Record<FaultCode, string>> = {
  REQUEST_INVALID: 'The request is not valid',
  SYNTAX: 'The body is not valid JSON',
  UNAUTHORIZED: 'A valid token is needed',
  RUN_UNKNOWN: 'There is no such run',
  LETTER_UNKNOWN: 'There is no such dead letter',
  OBJECT_UNKNOWN: 'There is no such object in the run',
  WORKFLOW_UNKNOWN: 'There is no such workflow',
  ROUTE_UNKNOWN: 'There is nothing here',
  METHOD_UNKNOWN: 'The path has no such method',
  RUN_EXISTS: 'Another run has this id',
  FACTS_EXPIRED: 'The facts of the run are no longer kept',
  TOO_LARGE: 'The body is too large',
  DEFINITION_INVALID: 'The definition is not valid',
  TOO_MANY_STREAMS: 'Too many clients follow runs here',
  STORE_UNAVAILABLE: 'The store of runs does not answer in time',
  TRANSPORT_UNAVAILABLE: 'Kafka does not answer in time',
  SHUTTING_DOWN: 'This orchestrator is stopping',
}

/** When a client may try again what failed for a reason that passes. */
const retryAfterSeconds = 2

/** A definition that cannot be planned, with all that is wrong with it. */
export function definitionFault(faults: readonly DefinitionFault[]): Fault {
  const errors = faults.filter((fault) => fault.severity === 'error')
  const first = errors[0]?.message ?? 'there is nothing to run'
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const syntax = errors.find((fault) => fault.code === 'SYNTAX')
  if (syntax === undefined) return new Fault('DEFINITION_INVALID', first + more, { detail: { faults } })
  const { line, column } = syntax
  const message = `line ${line}, column ${column}: ${syntax.message}${more}`
  return new Fault('SYNTAX', message, { detail: { faults, line, column } })
}

/** Answers an error of any kind; what nobody foresaw is logged with its stack and answered without it. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const fault = faultOf(error)
  const status = statusFor(fault, error)
  const route = { method: request.method, route: request.routeOptions.url ?? null, request_id: request.id }
  if (fault.code === 'SERVER_FAILED')
    logger.error('a request failed', {
      ...route,
      stack: error instanceof Error ? error.stack : String(error),
    })
  else if (status >= serverError)
    logger.warn('a request could not be served', { ...route, code: fault.code, error: fault.message })
  if (status === unavailable) void reply.header('retry-after', String(retryAfterSeconds))
  if (fault.code === 'UNAUTHORIZED') void reply.header('www-authenticate', challenge(fault))
  // What is left of the body is not read: the connection is of no more use.
  if (fault.code === 'TOO_LARGE') void reply.header('connection', 'close')
  const problem = problemOf(fault, status)
  const shown = fault.code === 'SERVER_FAILED' ? { ...problem, request_id: request.id } : problem
  return reply.code(status).type(problemMediaType).send(shown)
}

function problemOf(fault: Fault, status: number): Problem {
  return {
    ...shownDetail(fault.detail),
    type: `urn:millefeuille:fault:${fault.code}`,
    title: titles[fault.code] ?? 'The request could not be served',
    status,
    detail: redactText(fault.message),
    code: fault.code,
    retryable: fault.retryable,
  }
}

/** Of a fault's detail only what the contract names leaves the house. */
function shownDetail(detail: Fault['detail']): Partial<Problem> {
  const { field, faults, line, column, run_id } = detail as Partial<Problem>
  return {
    ...(field === undefined ? {} : { field }),
    ...(faults === undefined ? {} : { faults }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(run_id === undefined ? {} : { run_id }),
  }
}

function statusFor(fault: Fault, error: unknown): number {
  if (fault.retryable) return unavailable
  // Fastify refuses some requests before any code of ours sees them, and knows the finer status.
  if (fault.code === 'REQUEST_INVALID') return fastifyStatus(error) ?? badRequest
  return statusOf[fault.code] ?? serverError
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Fault('TOO_LARGE', 'the body is larger than this orchestrator takes (BODY_LIMIT_BYTES)')
  if (error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Fault('REQUEST_INVALID', 'send the body as application/json or application/x-ndjson')
  if (error instanceof Error && fastifyStatus(error) !== undefined)
    return new Fault('REQUEST_INVALID', error.message)
  return new Fault('SERVER_FAILED', "an unexpected error; the orchestrator's log names it by the request_id")
}

function fastifyStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || error instanceof Fault || !('statusCode' in error)) return undefined
  const { statusCode } = error
  return typeof statusCode === 'number' && statusCode >= badRequest && statusCode < serverError
    ? statusCode
    : undefined
}

function challenge(fault: Fault): string {
  return fault.detail.wrongToken === true
    ? 'Bearer realm="millefeuille", error="invalid_token"'
    : 'Bearer realm="millefeuille"'
}
