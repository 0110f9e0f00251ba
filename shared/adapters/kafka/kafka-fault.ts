// What kafkajs throws, as faults of the house.

import { Fault, messageOf } from '../../base/fault.ts'

/** Answers of a broker that stay the same however often it is asked. */
const refusals: ReadonlySet<unknown> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_TIMESTAMP',
  'INVALID_CONFIG',
  'INVALID_PARTITIONS',
  'INVALID_REPLICATION_FACTOR',
  'POLICY_VIOLATION',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
])

const refusedNames: ReadonlySet<string> = new Set(['KafkaJSSASLAuthenticationError'])

/**
 * The fault for an error of kafkajs: TRANSPORT_REFUSED when the broker said no, TRANSPORT_UNAVAILABLE for
 * all else. A topic that does not exist is unavailable, not refused: somebody is about to create it.
 */
export function kafkaFault(error: unknown, what: string): Fault {
  if (error instanceof Fault) return error
  const causes = causesOf(error)
  const refused = causes.some((cause) => refusals.has(typeOf(cause)) || refusedNames.has(cause.name))
  const hint = isMissingTopic(error) ? ' (create the topics first)' : ''
  return new Fault(
    refused ? 'TRANSPORT_REFUSED' : 'TRANSPORT_UNAVAILABLE',
    `${what}: ${reasonOf(error)}${hint}`,
    {
      cause: error,
    },
  )
}

/** The error of many says only that there were some: what they say is each said once. */
function reasonOf(error: unknown): string {
  if (!isError(error) || !('errors' in error) || !Array.isArray(error.errors) || error.errors.length === 0)
    return messageOf(error)
  return [...new Set(error.errors.map(messageOf))].join('; ')
}

export function isMissingTopic(error: unknown): boolean {
  return causesOf(error).some((cause) => typeOf(cause) === 'UNKNOWN_TOPIC_OR_PARTITION')
}

/** The protocol's name of an error, such as ILLEGAL_GENERATION. */
function typeOf(error: unknown): unknown {
  return error instanceof Error && 'type' in error ? error.type : undefined
}

function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = []
  let next = error
  while (next instanceof Error && !causes.includes(next)) {
    causes.push(next)
    if ('errors' in next && Array.isArray(next.errors)) causes.push(...next.errors.filter(isError))
    next = 'originalError' in next ? next.originalError : next.cause
  }
  return causes
}

function isError(value: unknown): value is Error {
  return value instanceof Error
}
