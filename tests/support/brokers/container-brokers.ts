// Kafka and Redis as containers, under the names and tags that the compose file uses.

import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'
import { freePort } from './free-port.ts'
import { kafkaSettings } from './kafka-settings.ts'
import { askKafka, askRedis, untilAnswers } from './readiness.ts'
import type { RunningBroker } from './running-broker.ts'

const KAFKA_IMAGE = 'apache/kafka:4.2.0'
const REDIS_IMAGE = 'redis:8-alpine'

/** Starts Kafka in a container. Throws when no Docker engine answers or the image cannot be had. */
export async function containerKafka(): Promise<RunningBroker> {
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime
  // Kafka tells its clients where it is, so the port outside is chosen before it starts.
  const port = await freePort()
  const settings = kafkaSettings({ host, port, controllerPort: 9093, listenHost: '0.0.0.0' })
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({ ...asEnvironment(settings), KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m' })
    .start()
  const bootstrap = `${host}:${port}`
  return answering(container, bootstrap, () => askKafka(bootstrap))
}

/** Starts Redis in a container, with an append-only file and `noeviction`. Throws as `containerKafka` does. */
export async function containerRedis(): Promise<RunningBroker> {
  const container = await new GenericContainer(REDIS_IMAGE)
    .withCommand(['redis-server', '--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'])
    .withExposedPorts(6379)
    .start()
  const url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`
  return answering(container, url, () => askRedis(url))
}

/** The image reads a setting `a.b.c` from the variable `KAFKA_A_B_C`. */
function asEnvironment(settings: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(settings)
  return Object.fromEntries(
    entries.map(([name, value]) => [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value]),
  )
}

async function answering(
  container: StartedTestContainer,
  address: string,
  ask: () => Promise<void>,
): Promise<RunningBroker> {
  const stop = async () => {
    await container.stop({ timeout: 0 })
  }
  try {
    await untilAnswers(`the container at ${address}`, ask, { withinMs: 120_000 })
  } catch (error) {
    await stop()
    throw error
  }
  return { address, how: 'container', stop }
}
