// A house of processes on a real Kafka and Redis, with topics and keys that no other house has.

import { afterAll, afterEach } from 'vitest'
import { systemRandom } from '../../shared/adapters/system/random-ids.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import type { FactLine } from '../../shared/api/run-resource.ts'
import { type Zone, zones } from '../../shared/base/layer.ts'
import { defaultTopics, type Topics } from '../../shared/events/topics.ts'
import { ApiClient } from '../../tools/client/api-client.ts'
import type { Brokers } from './brokers/brokers.ts'
import { ownNames } from './brokers/own-names.ts'
import { HouseProcess, type HouseProgram } from './house-process.ts'

type Env = Readonly<Record<string, string>>

export class RealHouse {
  readonly topics: Topics
  readonly env: Env
  readonly #programs: HouseProcess[] = []

  /** `label` makes its names readable on the brokers; `env` is for every program of it. */
  constructor(label: string, { kafka, redis }: Brokers, env: Env = {}) {
    const names = ownNames(label)
    const kinds = Object.keys(defaultTopics) as (keyof Topics)[]
    const topics = kinds.map((kind) => [kind, names.of(defaultTopics[kind])] as const)
    this.topics = Object.fromEntries(topics) as Record<keyof Topics, string>
    this.env = {
      KAFKA_BOOTSTRAP: kafka,
      REDIS_URL: redis,
      REDIS_PREFIX: names.of('house'),
      KAFKA_PARTITIONS: '6',
      ORCHESTRATOR_GROUP: names.of('orchestrator'),
      WORKER_GROUP: names.of('zone'),
      SCHEDULE_CATCH_UP: 'none',
      ...Object.fromEntries(topics.map(([kind, name]) => [`TOPIC_${kind.toUpperCase()}`, name])),
      ...env,
    }
  }

  orchestrator(env: Env = {}): HouseProcess {
    return this.program({ name: 'the orchestrator', file: 'orchestrator/main.ts', env })
  }

  worker(zone: Zone, env: Env = {}): HouseProcess {
    return this.program({
      name: `the ${zone} worker`,
      file: 'workers/main.ts',
      env: { WORKER_TYPE: zone, ...env },
    })
  }

  /** One worker for each zone. */
  workers(env: Env = {}): readonly HouseProcess[] {
    return zones.map((zone) => this.worker(zone, env))
  }

  /** Any program, with the variables of the house; not started. */
  program(program: HouseProgram): HouseProcess {
    const made = new HouseProcess({ ...program, env: { ...this.env, ...program.env } })
    this.#programs.push(made)
    return made
  }

  /** What every program of it printed last: for a test that failed. */
  said(characters = 4_000): string {
    return this.#programs.map((one) => `--- ${one.name}\n${one.output().slice(-characters)}`).join('\n')
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((program) => program.close()))
  }
}

/** A house for the suite around: what it said is shown with each test that fails, and it is closed at the end. */
export function realHouse(label: string, brokers: Brokers, env: Env = {}): RealHouse {
  const house = new RealHouse(label, brokers, env)
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${house.said()}\n`)
  })
  afterAll(() => house.close())
  return house
}

/** The API of an orchestrator, as the command line uses it. */
export function clientOf(orchestrator: Pick<HouseProcess, 'url'>): ApiClient {
  return new ApiClient({
    url: orchestrator.url,
    token: undefined,
    clock: new SystemClock(),
    random: systemRandom,
  })
}

/** Every fact of a run, from its beginning to its end. */
export async function factsOf(client: ApiClient, runId: string): Promise<readonly FactLine[]> {
  const facts: FactLine[] = []
  for await (const fact of client.followFacts(runId)) facts.push(fact)
  return facts
}
