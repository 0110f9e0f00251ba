// Kafka and Redis as containers, under the names and tags that the compose file uses.

import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers'
import { freePort } from './free-port.ts'
import { kafkaSettings } from './kafka-settings.ts'
import { askKafka, askRedis, untilAnswers } from './readiness.ts'
import type { RunningBroker } from './running-broker.ts'

const KAFKA_IMAGE = 'apache/kafka:4.2.0'
const REDIS_IMAGE = 'redis:8-alpine'

/** What a container of Kafka is made of. `extra` are settings over the defaults of `kafkaSettings`. */
export function kafkaContainer(
  { host, port }: { readonly host: string; readonly port: number },
  extra: Readonly<Record<string, string>> = {},
): GenericContainer {
  const settings = kafkaSettings({ host, port, controllerPort: 9093, listenHost: '0.0.0.0' })
  return new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({ ...asEnvironment({ ...settings, ...extra }), KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m' })
}

/** What a container of Redis is made of: an append-only file and `noeviction`, as the product asks for it. */
export function redisContainer(port: number): GenericContainer {
  return new GenericContainer(REDIS_IMAGE)
    .withCommand(['redis-server', '--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'])
    .withExposedPorts({ container: 6379, host: port })
}

/** Where the engine's ports are reached. Throws when no Docker engine answers. */
export async function engineHost(): Promise<string> {
  return (await getContainerRuntimeClient()).info.containerRuntime.host
}

/** Which image no container can be started without, and is not on this machine; undefined: all are. Throws as `engineHost` does. */
export async function missingImage(): Promise<string | undefined> {
  const { container } = await getContainerRuntimeClient()
  const tags = (await container.dockerode.listImages()).flatMap(({ RepoTags }) => RepoTags ?? [])
  const image = [KAFKA_IMAGE, REDIS_IMAGE].find((each) => !tags.includes(each))
  if (image !== undefined) return `there is no image ${image} (docker pull ${image})`
  const isReaped = process.env.TESTCONTAINERS_RYUK_DISABLED === 'true' || tags.some(isReaper)
  return isReaped ? undefined : 'there is no image testcontainers/ryuk, nor TESTCONTAINERS_RYUK_DISABLED=true'
}

function isReaper(tag: string): boolean {
  return tag.startsWith('testcontainers/ryuk:')
}

/** Starts Kafka in a container. Throws when no Docker engine answers or the image cannot be had. */
export async function containerKafka(): Promise<RunningBroker> {
  // Kafka tells its clients where it is, so the port outside is chosen before it starts.
  const [host, port] = [await engineHost(), await freePort()]
  const container = await kafkaContainer({ host, port }).start()
  const bootstrap = `${host}:${port}`
  return answering(container, bootstrap, () => askKafka(bootstrap))
}

/** Starts Redis in a container. Throws as `containerKafka` does. */
export async function containerRedis(): Promise<RunningBroker> {
  const [host, port] = [await engineHost(), await freePort()]
  const container = await redisContainer(port).start()
  const url = `redis://${host}:${port}`
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
