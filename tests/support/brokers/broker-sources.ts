// The ways to a Kafka and to a Redis, in the order in which they are tried (docs/testing.md says why).

import { kafkaProcessObstacle, LocalKafka } from './local-kafka.ts'
import { LocalRedis, redisProcessObstacle } from './local-redis.ts'
import { askKafka, askRedis, untilAnswers } from './readiness.ts'
import type { BrokerSource, RunningBroker } from './running-broker.ts'

export type BrokerKind = 'kafka' | 'redis'

const forced: Readonly<Record<string, RunningBroker['how']>> = {
  env: 'environment',
  processes: 'process',
  containers: 'container',
}

/** The ways to one broker that `environment` leaves open: all of them, or the one that BROKERS names. */
export function brokerSources(kind: BrokerKind, environment = process.env): readonly BrokerSource[] {
  const sources = kind === 'kafka' ? kafkaSources(environment) : redisSources(environment)
  const choice = environment.BROKERS
  if (choice === undefined || choice === '') return sources
  const how = forced[choice]
  if (how === undefined)
    throw new Error(`BROKERS is "${choice}", it may be ${Object.keys(forced).join(', ')} or unset`)
  return sources.filter((source) => source.how === how)
}

function kafkaSources(environment: NodeJS.ProcessEnv): readonly BrokerSource[] {
  return [
    named('TEST_KAFKA_BOOTSTRAP', environment, askKafka),
    {
      how: 'process',
      obstacle: async () => kafkaProcessObstacle(),
      start: () => runningKafka(new LocalKafka(), 'process'),
    },
    {
      how: 'container',
      obstacle: containerEngineObstacle,
      start: async () => runningKafka(await (await containers()).containerKafka(), 'container'),
    },
  ]
}

function redisSources(environment: NodeJS.ProcessEnv): readonly BrokerSource[] {
  return [
    named('TEST_REDIS_URL', environment, askRedis),
    {
      how: 'process',
      obstacle: async () => redisProcessObstacle(),
      start: () => runningRedis(new LocalRedis(), 'process'),
    },
    {
      how: 'container',
      obstacle: containerEngineObstacle,
      start: async () => runningRedis(await (await containers()).containerRedis(), 'container'),
    },
  ]
}

/** A broker somebody else started. When its address is given and it does not answer, that is an error and no reason to take another. */
function named(
  variable: string,
  environment: NodeJS.ProcessEnv,
  ask: (address: string) => Promise<void>,
): BrokerSource {
  const address = environment[variable] ?? ''
  return {
    how: 'environment',
    obstacle: async () => (address === '' ? `${variable} is not set` : undefined),
    start: async () => {
      await untilAnswers(`${variable}=${address}`, () => ask(address), { withinMs: 15_000 })
      return { address, how: 'environment', stop: async () => undefined }
    },
  }
}

/** A broker that was made here, and that whoever started it ends. */
interface OwnBroker {
  start(): Promise<void>
  stop(): Promise<void>
}

function runningKafka(kafka: OwnBroker & { readonly bootstrap: string }, how: RunningBroker['how']) {
  return running(kafka, () => kafka.bootstrap, how)
}

function runningRedis(redis: OwnBroker & { readonly url: string }, how: RunningBroker['how']) {
  return running(redis, () => redis.url, how)
}

async function running(
  broker: OwnBroker,
  addressOf: () => string,
  how: RunningBroker['how'],
): Promise<RunningBroker> {
  try {
    await broker.start()
  } catch (error) {
    await broker.stop()
    throw error
  }
  return { address: addressOf(), how, stop: () => broker.stop() }
}

// Loaded only when somebody wants a container: half a second that a machine with processes need not spend.
export const containers = () => import('./container-brokers.ts')

/** Why no container can be started here, or undefined when it can. */
export async function containerEngineObstacle(): Promise<string | undefined> {
  const { engineHost } = await containers()
  return engineHost().then(
    () => undefined,
    () => 'no Docker engine answers',
  )
}

/** The same, and why none can be started without fetching an image first. */
export async function containerImageObstacle(): Promise<string | undefined> {
  const obstacle = await containerEngineObstacle()
  return obstacle ?? (await containers()).missingImage()
}
