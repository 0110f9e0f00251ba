// Kafka and Redis as containers, under the names and tags that the compose file uses.

import { GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import { freePort } from './free-port.ts'
import { kafkaSettings } from './kafka-settings.ts'
import { OwnContainer } from './own-container.ts'
import { askKafka, askRedis } from './readiness.ts'

const KAFKA_IMAGE = 'apache/kafka:4.2.0'
const REDIS_IMAGE = 'redis:8-alpine'

/** What a container of Kafka is made of. `extra` are settings over the defaults of `kafkaSettings`. */
function kafkaContainer(
  { host, port }: { readonly host: string; readonly port: number },
  extra: Readonly<Record<string, string>>,
): GenericContainer {
  const settings = kafkaSettings({ host, port, controllerPort: 9093, listenHost: '0.0.0.0' })
  return new GenericContainer(KAFKA_IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({ ...asEnvironment({ ...settings, ...extra }), KAFKA_HEAP_OPTS: '-Xms256m -Xmx512m' })
}

/** What a container of Redis is made of: an append-only file and `noeviction`, as the product asks for it. */
function redisContainer(port: number): GenericContainer {
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

/** A Kafka of a test's own, as `LocalKafka`, in a container; not yet started. Throws when no Docker engine answers. */
export async function containerKafka(extra: Readonly<Record<string, string>> = {}) {
  // Kafka tells its clients where it is, so the port outside is chosen before it starts.
  const [host, port] = [await engineHost(), await freePort()]
  const bootstrap = `${host}:${port}`
  const make = () => kafkaContainer({ host, port }, extra)
  return Object.assign(new OwnContainer(make, () => askKafka(bootstrap)), { bootstrap })
}

/** A Redis of a test's own, as `LocalRedis`, in a container; not yet started. Throws as `containerKafka` does. */
export async function containerRedis() {
  const [host, port] = [await engineHost(), await freePort()]
  const url = `redis://${host}:${port}`
  const make = () => redisContainer(port)
  const container = new OwnContainer(make, () => askRedis(url))
  return Object.assign(container, { url, lose: () => container.stop() })
}

/** The image reads a setting `a.b.c` from the variable `KAFKA_A_B_C`. */
function asEnvironment(settings: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(settings)
  return Object.fromEntries(
    entries.map(([name, value]) => [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value]),
  )
}
