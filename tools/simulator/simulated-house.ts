// The whole house of a story: two orchestrators, the workers of three zones, and who kills and restarts them.

import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { buildOrchestrator, type Orchestrator } from '../../orchestrator/build-orchestrator.ts'
import type { LeaseBook } from '../../orchestrator/ports/lease-book.ts'
import type { LastLoad } from '../../orchestrator/ports/load-registry.ts'
import type { RunRecovery } from '../../orchestrator/ports/run-recovery.ts'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import { type Zone, zones } from '../../shared/base/layer.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import type { Service } from '../../shared/service/service.ts'
import { MemoryZoneRegister } from '../../workers/adapters/memory/memory-zone-register.ts'
import type { AttemptLedger } from '../../workers/ports/attempt-ledger.ts'
import { ZoneWorker } from '../../workers/services/zone.ts'
import { overNetwork, Process } from './process.ts'
import { simulatedLoader } from './simulated-loader.ts'
import { type SimulatedNetwork, SimulatedTransport } from './simulated-transport.ts'
import type { StoryRecorder } from './story-recorder.ts'
import type { World } from './world.ts'

type Role = { readonly kind: 'orchestrator' } | { readonly kind: 'worker'; readonly zone: Zone }

/** A process at work in its place. */
interface Occupant {
  readonly process: Process
  readonly transport: SimulatedTransport
  readonly service: Service
  readonly orchestrator: Orchestrator | undefined
  /** Whether it was told to stop. */
  isStopping: boolean
}

/** A place for a process: after a crash a new one is started in it. */
interface Seat {
  readonly name: string
  readonly role: Role
  lives: number
  occupant: Occupant | undefined
}

export interface HouseParts {
  readonly world: World
  readonly network: SimulatedNetwork
  readonly recorder: StoryRecorder
  readonly store: RunStore & RunRecovery
  readonly ledger: AttemptLedger & LeaseBook
}

const mostRestartMs = 2_000
/** How soon a process that was taken for dead hears of it, at most. */
const mostUnawareMs = 3_000
const mostAwaits = 400

export class SimulatedHouse {
  readonly #parts: HouseParts
  readonly #registry = new MemoryLoadRegistry()
  readonly #builds: MemoryBuildRegistry
  readonly #register: MemoryZoneRegister
  readonly #seats: readonly Seat[]

  constructor(parts: HouseParts) {
    this.#parts = parts
    this.#builds = new MemoryBuildRegistry(() => parts.network.clock.nowMs())
    this.#register = new MemoryZoneRegister(() => parts.network.clock.nowMs())
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

  /** The registry knows of these loads, as if runs of before the story had made them. */
  async rememberLoads(loads: readonly LastLoad[]): Promise<void> {
    await this.#registry.remember('default', loads)
  }

  /** What a Redis that loses its data forgets beside runs and leases: builds, who is alive, and last loads. */
  loseNotes(): void {
    for (const notes of [this.#builds, this.#register, this.#registry]) notes.lose()
  }

  /** An orchestrator that takes what somebody asks of it, or undefined. */
  anyOrchestrator(): Orchestrator | undefined {
    const able = this.#seats.flatMap(({ occupant }) =>
      occupant !== undefined && !occupant.isStopping && !occupant.process.isPaused
        ? (occupant.orchestrator ?? [])
        : [],
    )
    return able[Math.floor(this.#parts.network.random() * able.length)]
  }

  /** Kills a random process as SIGKILL does; another one sits down in its place a little later. */
  crashOne(): void {
    this.#anyone()?.process.die()
  }

  /** Tells a random process to stop as SIGTERM does; another one sits down in its place when it has. */
  restartOne(): void {
    const { trace } = this.#parts.network
    const occupant = this.#anyone()
    if (occupant === undefined) return
    const { process, service } = occupant
    trace.note('stop', process.name)
    occupant.isStopping = true
    process.happen(() => {
      void service.stop().then(() => {
        if (!process.isAlive) return
        trace.note('stopped', process.name)
        this.#leave(process)
      })
    })
  }

  /** Stops a random process as SIGSTOP does, for up to two and a half leases; its group may notice. */
  pauseOne(): void {
    const { world, network, recorder } = this.#parts
    const occupant = this.#anyone()
    if (occupant === undefined || occupant.process.isPaused) return
    const { process, transport } = occupant
    const pauseMs = world.leaseMs * 2.5 * network.random()
    network.trace.note(pauseMs > world.leaseMs ? 'pause-beyond-lease' : 'pause', process.name)
    process.pause()
    recorder.doubtLeases(process.name)
    network.clock.after(world.sessionTimeoutMs, () => {
      if (process.isPaused) transport.expel()
    })
    network.clock.after(pauseMs, () => this.#wake(occupant))
  }

  #wake({ process, transport }: Occupant): void {
    process.resume()
    // Its next heartbeat tells it.
    process.clock.after(this.#parts.world.latencyMs, () => transport.rejoin())
  }

  /** The group of a random process takes it for dead; it hears of it some time later. */
  expelOne(): void {
    const { random, trace } = this.#parts.network
    const occupant = this.#anyone()
    if (occupant === undefined) return
    const { process, transport } = occupant
    trace.note('zombie', process.name)
    transport.expel()
    process.clock.after(random() * mostUnawareMs, () => transport.rejoin())
  }

  /** The wall clock of a random process is set: by 10 ms to 10 s, forwards or back. */
  setOneClock(): void {
    const { random, trace } = this.#parts.network
    const process = this.#anyone()?.process
    if (process === undefined) return
    const offsetMs = Math.round(10 * 1_000 ** random() * (random() < 0.5 ? -1 : 1))
    trace.note('clock-jump', `${process.name} to ${offsetMs} ms`)
    process.setClock(offsetMs)
    this.#parts.recorder.doubtLeases(process.name)
  }

  /** A random orchestrator takes a zone for dead, or none any more. */
  blindOne(): void {
    const { random, trace } = this.#parts.network
    const zone = zones[Math.floor(random() * 2 * zones.length)]
    trace.note('blindness', zone ?? 'none')
    this.anyOrchestrator()?.conductor.zones(zone === undefined ? [] : [zone])
  }

  /** Whatever is wrong with a process is mended. */
  calm(): void {
    for (const { occupant } of this.#seats) {
      if (occupant === undefined) continue
      occupant.process.setClock(0)
      this.#parts.recorder.doubtLeases(occupant.process.name)
      occupant.process.dieAtAwait(Number.POSITIVE_INFINITY)
      this.#wake(occupant)
      occupant.orchestrator?.conductor.zones([])
    }
  }

  #anyone(): Occupant | undefined {
    const alive = this.#seats.flatMap(({ occupant }) =>
      occupant === undefined || occupant.isStopping ? [] : occupant,
    )
    return alive[Math.floor(this.#parts.network.random() * alive.length)]
  }

  /** The process is gone, and another one sits down in its place. */
  #leave(process: Process): void {
    const { random, clock, trace } = this.#parts.network
    const seat = this.#seats.find(({ occupant }) => occupant?.process === process)
    if (seat === undefined) return trace.note('gone twice', process.name)
    seat.occupant = undefined
    clock.after(random() * mostRestartMs, () => this.#sit(seat))
  }

  #sit(seat: Seat): void {
    const { network, world } = this.#parts
    const process = new Process(`${seat.name}.${++seat.lives}`, {
      ...network,
      latencyMs: world.latencyMs,
      slowCalls: () => network.faults().slowCall,
      died: () => this.#died(process, transport),
    })
    const { crashAtAwait } = network.faults()
    if (crashAtAwait > 0 && network.random() < crashAtAwait)
      process.dieAtAwait(Math.floor(network.random() ** 2 * mostAwaits))
    const isForeign = seat.role.kind === 'worker' && seat.role.zone === world.foreignZone
    const transport = new SimulatedTransport(network, process, isForeign)
    const service =
      seat.role.kind === 'orchestrator'
        ? this.#orchestrator(process, transport)
        : this.#zone(seat.role.zone, process, transport)
    const orchestrator = 'opener' in service ? service : undefined
    seat.occupant = { process, transport, service, orchestrator, isStopping: false }
    void service.start()
  }

  #died(process: Process, transport: SimulatedTransport): void {
    transport.crash()
    this.#parts.recorder.died(process.name)
    this.#leave(process)
  }

  #orchestrator(process: Process, transport: SimulatedTransport): Orchestrator {
    return buildOrchestrator({
      transport,
      store: overNetwork('store', this.#parts.store, process, this.#storeRates),
      recovery: overNetwork<RunRecovery>('recovery', this.#parts.store, process, this.#storeRates),
      registry: overNetwork('registry', this.#registry, process, this.#storeRates),
      builds: overNetwork('builds', this.#builds, process, this.#storeRates),
      leases: overNetwork<LeaseBook>('leases', this.#parts.ledger, process, this.#storeRates),
      directory: overNetwork('directory', this.#register, process, this.#storeRates),
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
    const loader = simulatedLoader(this.#parts, process)
    return new ZoneWorker({
      zone,
      group: `zone.${zone}`,
      topics: defaultTopics,
      transport,
      ledger: overNetwork<AttemptLedger>('ledger', this.#parts.ledger, process, this.#storeRates),
      register: overNetwork('register', this.#register, process, this.#storeRates),
      version: '0.0.0',
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
}

function seat(name: string, role: Role): Seat {
  return { name, role, lives: 0, occupant: undefined }
}
