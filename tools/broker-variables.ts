// The variables that name Kafka and Redis, as commands see them that may need neither.

import type { Environment } from '../shared/config/read-config.ts'

const brokerVariables = ['KAFKA_BOOTSTRAP', 'REDIS_URL', 'REDIS_HOST'] as const

/** Those that name something, be it rightly or wrongly. */
export function namedBrokers(env: Environment): readonly string[] {
  return brokerVariables.filter((name) => (env[name] ?? '').trim() !== '')
}

/** Whoever names Kafka or Redis may take a run in this process for one there. Undefined: nobody named them. */
export function brokersUnusedLine(env: Environment): string | undefined {
  const names = namedBrokers(env)
  if (names.length === 0) return undefined
  const are = names.length === 1 ? 'is' : 'are'
  return `this run works in this process with its own loaders, simulated unless WORKER_LOADER or the object says otherwise: ${names.join(' and ')} ${are} not used. To run there: millefeuille start, and millefeuille run FILE --server URL`
}
