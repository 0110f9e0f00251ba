// What a scenario plays on: a Kafka and a Redis of its own, a house of processes on them, and the oracle's file and sink.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Zone, zones } from '../../../shared/base/layer.ts'
import type { HouseProcess } from '../../../tests/support/house-process.ts'
import { clientOf, RealHouse } from '../../../tests/support/real-house.ts'
import type { ApiClient } from '../../../tools/client/api-client.ts'
import { FencedSink } from '../oracle/fenced-sink.ts'
import { readWitness, type Testimony, Witness } from '../oracle/witness.ts'
import { arenaBrokers, type BrokerWay } from './arena-brokers.ts'
import type { ArenaBrokers, StrikeableKafka, StrikeableRedis } from './strikeable.ts'

export interface ArenaWish {
  readonly name: string
  readonly brokers: BrokerWay
  readonly orchestrators: number
  readonly workersPerZone: number
  /** Loaders that one worker runs at a time. */
  readonly loaders: number
  readonly leaseSeconds: number
  readonly env?: Readonly<Record<string, string>>
}

/** Everything in it was started by it, and is gone when it is closed or its process dies. */
export class Arena {
  readonly wish: ArenaWish
  readonly kafka: StrikeableKafka
  readonly redis: StrikeableRedis
  readonly sink = new FencedSink()
  readonly witness: Witness
  readonly orchestrators: HouseProcess[] = []
  readonly workers: { readonly zone: Zone; readonly process: HouseProcess }[] = []
  readonly #folder = mkdtempSync(join(tmpdir(), 'millefeuille-chaos-'))
  readonly #path = join(this.#folder, 'witness')
  #house: RealHouse | undefined

  private constructor(wish: ArenaWish, { kafka, redis }: ArenaBrokers) {
    this.wish = wish
    this.kafka = kafka
    this.redis = redis
    this.witness = new Witness(this.#path)
  }

  /** Resolves when every program is ready. Throws, with the reason, where brokers cannot be had as wished. */
  static async open(wish: ArenaWish): Promise<Arena> {
    const arena = new Arena(wish, await arenaBrokers(wish.brokers))
    try {
      await arena.#start()
    } catch (error) {
      await arena.close()
      throw error
    }
    return arena
  }

  get house(): RealHouse {
    if (this.#house === undefined) throw new Error('the arena is not open')
    return this.#house
  }

  get programs(): readonly HouseProcess[] {
    return [...this.orchestrators, ...this.workers.map(({ process }) => process)]
  }

  /** The API of orchestrator number `index`. Throws when it does not listen. */
  client(index = 0): ApiClient {
    const orchestrator = this.orchestrators[index % this.orchestrators.length]
    if (orchestrator === undefined) throw new Error('there is no orchestrator')
    return clientOf(orchestrator)
  }

  testimony(): Testimony {
    return readWitness(this.#path)
  }

  async close(): Promise<void> {
    await this.#house?.close()
    await Promise.all([this.kafka.stop(), this.redis.stop(), this.sink.close()])
    this.witness.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #start(): Promise<void> {
    const [port] = await Promise.all([this.sink.listen(), this.kafka.start(), this.redis.start()])
    const { name, orchestrators, workersPerZone, leaseSeconds, env } = this.wish
    const house = new RealHouse(
      `chaos-${name}`,
      { kafka: this.kafka.bootstrap, redis: this.redis.url },
      { LEASE_SECONDS: String(leaseSeconds), ...env },
    )
    this.#house = house
    for (let index = 0; index < orchestrators; index++) this.orchestrators.push(house.orchestrator())
    for (const zone of zones)
      for (let index = 0; index < workersPerZone; index++)
        this.workers.push({ zone, process: this.#worker(house, zone, port) })
    await Promise.all(this.programs.map((program) => program.start()))
  }

  #worker(house: RealHouse, zone: Zone, sinkPort: number): HouseProcess {
    return house.program({
      name: `a ${zone} worker`,
      file: 'bench/chaos/house/chaos-worker.ts',
      env: {
        WORKER_TYPE: zone,
        WORKER_LOADER: 'chaos',
        MAX_WORKERS: String(this.wish.loaders),
        CHAOS_WITNESS: this.#path,
        CHAOS_SINK: String(sinkPort),
      },
    })
  }
}
