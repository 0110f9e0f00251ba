// One story from one seed: a storm of faults, then calm, then the checkers.

import { parseCommit } from '../../orchestrator/core/run/commit-record.ts'
import type { RunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import type { LastLoad } from '../../orchestrator/ports/load-registry.ts'
import { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import { messageOf } from '../../shared/base/fault.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import { type Random, seededRandom } from '../../shared/base/random.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { beginningOf, storyDay } from './calendar.ts'
import { checkers } from './checkers.ts'
import { drawEarlierLoads } from './draw-policies.ts'
import { noFaults } from './fault-rates.ts'
import { leaveOldRun } from './old-run.ts'
import { SimulatedOperator } from './operator.ts'
import { Poisoner } from './poisoner.ts'
import { drawPlan } from './random-plan.ts'
import { ReadingProgress } from './reading-progress.ts'
import { RunClient } from './run-client.ts'
import { SimulatedHouse } from './simulated-house.ts'
import { SimulatedLedger } from './simulated-ledger.ts'
import type { SimulatedStore } from './simulated-store.ts'
import { Storm } from './storm.ts'
import type { JournalEntry, Story, Violation } from './story.ts'
import { StoryRecorder } from './story-recorder.ts'
import { Trace } from './trace.ts'
import { WaitingWitness } from './waiting-witness.ts'
import { drawWorld, type World } from './world.ts'

export interface SimulationResult {
  readonly seed: number
  /** Two simulations of a seed by the same code have the same digest. */
  readonly digest: string
  readonly violations: readonly Violation[]
  readonly simulatedMs: number
  /** How long after the storm everything had come to its end. */
  readonly calmMs: number
  /** How often each kind of thing happened. */
  readonly counts: ReadonlyMap<string, number>
}

/** After the storm everything must have come to its end within this time. */
const mostCalmMs = 30_000
/** How long it is watched after that: nothing more may happen. */
const afterMs = 2_000
const lookEveryMs = 1_000

/** Never rejects because of what the house did: that is a violation. `print` gets every line of the trace. */
export async function simulate(seed: number, print?: (line: string) => void): Promise<SimulationResult> {
  const simulation = new Simulation(seed, print)
  return simulation.run()
}

class Simulation {
  readonly #seed: number
  readonly #random: Random
  readonly #world: World
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #recorder: StoryRecorder
  readonly #store: SimulatedStore
  readonly #broker: MemoryBroker
  readonly #house: SimulatedHouse
  readonly #client: RunClient
  readonly #operator: SimulatedOperator
  readonly #poisoner: Poisoner
  readonly #storm: Storm
  readonly #progress: ReadingProgress
  readonly #witness: WaitingWitness
  readonly #earlierLoads: readonly LastLoad[]
  #isStormy = true

  constructor(seed: number, print?: (line: string) => void) {
    this.#seed = seed
    this.#random = seededRandom(seed)
    this.#world = drawWorld(this.#random)
    const world = this.#world
    this.#clock = new VirtualClock(beginningOf(world))
    const [clock, random] = [this.#clock, this.#random]
    const nowMs = () => clock.nowMs()
    const trace = new Trace(clock, print)
    trace.note('world', JSON.stringify(world))
    this.#trace = trace
    this.#earlierLoads = drawEarlierLoads(world.policies, random, world.objectsPerRun, clock.nowMs())
    const recorder = new StoryRecorder(clock, trace, world.isShared)
    this.#recorder = recorder
    const store = recorder.watchedStore(world.rebuildLeaseMs)
    this.#store = store
    const ledger = new SimulatedLedger(nowMs)
    const broker = brokerOf(world, clock)
    this.#broker = broker
    const faults = () => (this.#isStormy ? world.faults : noFaults)
    const network = { broker, clock, random, trace, faults, isStormy: () => this.#isStormy }
    const house = new SimulatedHouse({ world, network, recorder, store, ledger })
    this.#house = house
    const operator = new SimulatedOperator({ house, recorder, store, clock, random, trace })
    this.#operator = operator
    const poisoner = new Poisoner(broker, random, trace)
    this.#poisoner = poisoner
    this.#progress = new ReadingProgress(broker)
    this.#client = new RunClient({
      ...{ house, recorder, clock, trace, policy: policyOf(world) },
      apartMs: (world.policies.spread * world.stormMs) / world.runs,
      businessDate: world.isShared ? storyDay : undefined,
    })
    const { faults: stormy } = world
    const outside = { house, store, ledger, operator, poisoner, recorder, clock, random, trace }
    this.#storm = new Storm({ ...outside, faults: stormy })
    this.#witness = new WaitingWitness({ store, ledger, broker, recorder, nowMs, isShared: world.isShared })
  }

  async run(): Promise<SimulationResult> {
    await this.#planRuns()
    this.#house.start()
    this.#client.keepOpening()
    this.#storm.begin()
    const crashed = await this.#survived(this.#clock.advance(this.#world.stormMs))
    this.#becomeCalm()
    const calmFromMs = this.#clock.nowMs()
    const converged = await this.#converge(calmFromMs + mostCalmMs)
    const calmMs = this.#clock.nowMs() - calmFromMs - afterMs
    const story = await this.#story()
    const violations = [
      ...crashed,
      ...this.#recorder.violations,
      ...checkers.flatMap((check) => check(story)),
      ...(converged ? [] : [this.#notConverged()]),
    ]
    for (const { rule, text } of violations) this.#trace.note('violation', `${rule}: ${text}`)
    const simulatedMs = this.#clock.nowMs() - beginningOf(this.#world)
    const digest = this.#trace.digest()
    return { seed: this.#seed, digest, violations, simulatedMs, calmMs, counts: this.#trace.counts }
  }

  /** A command of the storm that was long on its way may make a run go on: then it must come to its end again. */
  async #converge(untilMs: number): Promise<boolean> {
    do {
      await this.#clock.runUntil(() => this.#hasConverged(), Math.max(0, untilMs - this.#clock.nowMs()))
      await this.#clock.advance(afterMs)
    } while (!this.#hasConverged() && this.#clock.nowMs() < untilMs)
    return this.#hasConverged()
  }

  async #survived(time: Promise<void>): Promise<readonly Violation[]> {
    try {
      await time
      return []
    } catch (error) {
      return [{ rule: 'no programmer error', text: messageOf(error) }]
    }
  }

  async #planRuns(): Promise<void> {
    const { runs, isShared } = this.#world
    const shared = isShared ? drawPlan(this.#world, this.#random) : undefined
    for (let run = 0; run < runs; run++)
      this.#recorder.plans.set(`run-${run}`, shared ?? drawPlan(this.#world, this.#random))
    await this.#house.rememberLoads(this.#earlierLoads)
    const plan = this.#recorder.plans.get('run-0')
    if (!this.#world.hasOldRun || plan === undefined) return
    this.#trace.note('old-run')
    const append = this.#broker.append.bind(this.#broker)
    const outside = { store: this.#store, append }
    await leaveOldRun('run-0', plan, policyOf(this.#world), this.#clock.nowMs(), outside)
  }

  #becomeCalm(): void {
    this.#isStormy = false
    this.#trace.note('calm')
    this.#storm.end()
    this.#house.calm()
    this.#operator.keepResuming()
    this.#clock.after(lookEveryMs, () => this.#look())
  }

  #look(): void {
    this.#witness.look()
    this.#clock.after(lookEveryMs, () => this.#look())
  }

  #hasConverged(): boolean {
    return this.#unfinished().next().done === true
  }

  *#unfinished(): Generator<string> {
    for (const runId of this.#recorder.plans.keys()) {
      if (!this.#client.opened.has(runId)) yield `${runId} is not opened`
      else if (!this.#store.hasEnded(runId)) yield `${runId} has not ended`
    }
    if (!this.#store.isRelayed()) yield 'commits are not out'
    if (!this.#poisoner.isBuried()) yield 'poison is not buried'
    if (!this.#progress.isAllRead()) yield 'records are not read'
  }

  #notConverged(): Violation {
    const unfinished = [...this.#unfinished()].join(', ')
    return { rule: 'convergence', text: `${mostCalmMs / 1000} s after the storm: ${unfinished}` }
  }

  async #story(): Promise<Story> {
    const journalValues: string[] = []
    await new MemoryTransport(this.#broker).scan(defaultTopics.journal, undefined, ({ value }) => {
      journalValues.push(value?.toString() ?? '')
    })
    const { plans, everKept, keptAtMs, loads, commands, leaseTroubles } = this.#recorder
    const { foreignZone, isShared } = this.#world
    return {
      plans,
      policy: policyOf(this.#world),
      earlierLoads: this.#earlierLoads,
      foreignZone,
      isShared,
      leaseTroubles,
      commits: [...plans.keys()].flatMap((runId) => this.#store.recordsOf(runId).map(parseCommit)),
      summaries: this.#store.summaries(),
      everKept,
      keptAtMs,
      commands,
      loads,
      answers: this.#progress.answers(),
      journal: journalValues.flatMap(entryOf),
      journalValues,
      poison: this.#poisoner.sent,
      letters: this.#poisoner.letters(),
      waiting: this.#witness.samples,
      opened: new Set(plans.keys()),
    }
  }
}

function brokerOf(world: World, clock: VirtualClock): MemoryBroker {
  const { partitions, commitIntervalMs, sessionTimeoutMs } = world
  const keep = new Set([defaultTopics.journal, defaultTopics.dlq])
  return new MemoryBroker({ clock, partitions, commitIntervalMs, sessionTimeoutMs, keep })
}

function policyOf({ maxRetries, attemptTimeoutMs, policies }: World): RunPolicy {
  return {
    max_retries: maxRetries,
    backoff: { base_ms: 100, factor: 2, cap_ms: 1_000 },
    attempt_timeout_ms: attemptTimeoutMs,
    answer_timeout_ms: attemptTimeoutMs,
    pickup_timeout_ms: policies.pickupTimeoutMs,
    run_timeout_ms: null,
    zones: policies.zonePolicies,
  }
}

function entryOf(value: string): readonly JournalEntry[] {
  const json = parseJson(value)
  return isJsonObject(json) && json.chunk === undefined ? [json as unknown as JournalEntry] : []
}
