// The whole house of a story: two orchestrators, the workers of three zones, and who kills and restarts them.

import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { buildOrchestrator, type Orchestrator } from '../../orchestrator/build-orchestrator.ts'
import type { RunRecovery } from '../../orchestrator/ports/run-recovery.ts'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import { Fault } from '../../shared/base/fault.ts'
import { type Zone, zones } from '../../shared/base/layer.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { sleep } from '../../shared/ports/clock.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import type { Service } from '../../shared/service/service.ts'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import type { Loader } from '../../workers/ports/loader.ts'
import { ZoneWorker } from '../../workers/services/zone.ts'
import { overNetwork, Process } from './process.ts'
import { type SimulatedNetwork, SimulatedTransport } from './simulated-transport.ts'
import type { StoryRecorder } from './story-recorder.ts'
import type { World } from './world.ts'

interface Running {
  readonly process: Process
  readonly transport: SimulatedTransport
  readonly service: Service
  readonly orchestrator: Orchestrator | undefined
}

type Role = { readonly kind: 'orchestrator' } | { readonly kind: 'worker'; readonly zone: Zone }

/** A place for a process: after a crash a new one is started in it. */
interface Seat {
  readonly name: string
  readonly role: Role
  lives: number
  running: Running | undefined
}

export interface HouseParts {
  readonly world: World
  readonly network: SimulatedNetwork
  readonly recorder: StoryRecorder
  readonly store: RunStore & RunRecovery
}

const mostRestartMs = 2_000

export class SimulatedHouse {
  readonly #parts: HouseParts
  readonly #registry = new MemoryLoadRegistry()
  readonly #ledger: MemoryAttemptLedger
  readonly #seats: readonly Seat[]

  constructor(parts: HouseParts) {
    this.#parts = parts
    this.#ledger = new MemoryAttemptLedger(() => parts.network.clock.nowMs())
    const orchestrators = Array.from({ length: parts.world.orchestrators }, (_, i) =>
      seat(`orchestrator-${i}`, { kind: 'orchestrator' }),
    )
    const workers = zones.flatMap((zone) =>
      Array.from({ length: parts.world.workersPerZone }, (_, i) =>
        seat(`${zone}-${i}`, { kind: 'worker', zone }),
      ),
    )
    this.#seats = [...orchestrators, ...workers]
  }

  start(): void {
    for (const seat of this.#seats) this.#sit(seat)
  }

  /** An orchestrator that is alive, or undefined. */
  anyOrchestrator(): Orchestrator | undefined {
    const alive = this.#seats.flatMap(({ running }) => running?.orchestrator ?? [])
    return alive[Math.floor(this.#parts.network.random() * alive.length)]
  }

  /** What a Redis that loses its data loses of the workers. */
  loseLedger(): void {
    this.#ledger.lose()
  }

  /** Kills a random process as SIGKILL does; another one sits down in its place a little later. */
  crashOne(): void {
    const seat = this.#anySeat()
    if (seat?.running === undefined) return
    seat.running.process.die()
    seat.running.transport.crash()
    this.#sitAgain(seat)
  }

  /** Tells a random process to stop as SIGTERM does; another one sits down in its place when it has. */
  restartOne(): void {
    const seat = this.#anySeat()
    if (seat?.running === undefined) return
    const { process, service } = seat.running
    this.#parts.network.trace.note('stop', process.name)
    seat.running = undefined
    void service.stop().then(() => {
      this.#parts.network.trace.note('stopped', process.name)
      this.#sitAgain(seat)
    })
  }

  #anySeat(): Seat | undefined {
    const alive = this.#seats.filter(({ running }) => running !== undefined)
    return alive[Math.floor(this.#parts.network.random() * alive.length)]
  }

  #sitAgain(seat: Seat): void {
    const { random, clock } = this.#parts.network
    seat.running = undefined
    clock.after(random() * mostRestartMs, () => this.#sit(seat))
  }

  #sit(seat: Seat): void {
    const { network, world } = this.#parts
    const process = new Process(`${seat.name}.${++seat.lives}`, { ...network, latencyMs: world.latencyMs })
    const isForeign = seat.role.kind === 'worker' && seat.role.zone === world.foreignZone
    const transport = new SimulatedTransport(network, process, isForeign)
    const service =
      seat.role.kind === 'orchestrator'
        ? this.#orchestrator(process, transport)
        : this.#zone(seat.role.zone, process, transport)
    seat.running = { process, transport, service, orchestrator: 'opener' in service ? service : undefined }
    void service.start()
  }

  #orchestrator(process: Process, transport: SimulatedTransport): Orchestrator {
    return buildOrchestrator({
      transport,
      store: overNetwork('store', this.#parts.store, process, this.#storeRates),
      recovery: overNetwork<RunRecovery>('recovery', this.#parts.store, process, this.#storeRates),
      registry: overNetwork('registry', this.#registry, process, this.#storeRates),
      topics: defaultTopics,
      group: 'orchestrator',
      timeZone: 'UTC',
      drainMs: 5_000,
      clock: process.clock,
      random: this.#parts.network.random,
      logger: silentLogger,
      meter: silentMeter,
      beat: () => {},
    })
  }

  #zone(zone: Zone, process: Process, transport: SimulatedTransport): ZoneWorker {
    const { world, network } = this.#parts
    const loader = this.#loader(process)
    return new ZoneWorker({
      zone,
      group: `zone.${zone}`,
      topics: defaultTopics,
      transport,
      ledger: overNetwork('ledger', this.#ledger, process, this.#storeRates),
      loaderOf: () => loader,
      clock: process.clock,
      random: network.random,
      logger: silentLogger,
      meter: silentMeter,
      owner: process.name,
      maxWorkers: world.loadersPerWorker,
      maxInFlight: 100,
      leaseMs: world.leaseMs,
      keepMs: 3_600_000,
      drainMs: 5_000,
      graceMs: 1_000,
    })
  }

  readonly #storeRates = () => {
    const { storeLostBefore, storeLostAfter } = this.#parts.network.faults()
    return { lostBefore: storeLostBefore, lostAfter: storeLostAfter }
  }

  /** Takes its time, has its luck, and is written down. */
  #loader(process: Process): Loader {
    const { world, network, recorder } = this.#parts
    const load = async (ready: ReadyEvent, { signal }: { readonly signal: AbortSignal }) => {
      const entry = recorder.startLoad(ready, process.name)
      await sleep(process.clock, network.random() * world.loaderMs, signal)
      if (signal.aborted) throw new Fault('LOADER_FAILED', 'given up')
      const isFailure = network.random() < world.failingLoads
      recorder.endLoad(entry, isFailure ? 'failed' : 'loaded')
      if (isFailure)
        throw new Fault(
          network.random() < world.finalFailures ? 'LOADER_REFUSED' : 'LOADER_FAILED',
          'bad luck',
        )
      return { info: 'simulated', result: { rows: ready.attempt } }
    }
    return { name: 'simulated', load }
  }
}

function seat(name: string, role: Role): Seat {
  return { name, role, lives: 0, running: undefined }
}
