// One story from one seed: a storm of faults, then calm, then the checkers.

import { parseCommit } from '../../orchestrator/core/run/commit-record.ts'
import { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import { messageOf } from '../../shared/base/fault.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import { type Random, seededRandom } from '../../shared/base/random.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { cancelsCount } from './checkers/cancels-count.ts'
import { declaredTransitions } from './checkers/declared-transitions.ts'
import { everythingEnds } from './checkers/everything-ends.ts'
import { journalEqualsStore } from './checkers/journal-equals-store.ts'
import { loadsAreReal } from './checkers/loads-are-real.ts'
import { poisonIsBuried } from './checkers/poison-is-buried.ts'
import { drawPlan } from './random-plan.ts'
import { SimulatedHouse } from './simulated-house.ts'
import type { SimulatedStore } from './simulated-store.ts'
import type { Checker, JournalEntry, Story, Violation } from './story.ts'
import { StoryRecorder } from './story-recorder.ts'
import { Trace } from './trace.ts'
import { drawWorld, noFaults, type World } from './world.ts'

export interface SimulationResult {
  readonly seed: number
  /** Two simulations of a seed by the same code have the same digest. */
  readonly digest: string
  readonly violations: readonly Violation[]
  readonly simulatedMs: number
  /** How often each kind of thing happened. */
  readonly counts: ReadonlyMap<string, number>
}

const checkers: readonly Checker[] = [
  declaredTransitions,
  everythingEnds,
  cancelsCount,
  loadsAreReal,
  journalEqualsStore,
  poisonIsBuried,
]

/** After the storm everything must have come to its end within this time. */
export const calmMs = 120_000

/** Never rejects because of what the house did: that is a violation. `print` gets every line of the trace. */
export async function simulate(seed: number, print?: (line: string) => void): Promise<SimulationResult> {
  const simulation = new Simulation(seed, print)
  return simulation.run()
}

class Simulation {
  readonly #seed: number
  readonly #world: World
  readonly #random: Random
  readonly #clock = new VirtualClock()
  readonly #startMs = this.#clock.nowMs()
  readonly #trace: Trace
  readonly #recorder: StoryRecorder
  readonly #store: SimulatedStore
  readonly #broker: MemoryBroker
  readonly #house: SimulatedHouse
  readonly #opened = new Set<string>()
  readonly #poison: string[] = []
  #isStormy = true

  constructor(seed: number, print?: (line: string) => void) {
    this.#seed = seed
    this.#random = seededRandom(seed)
    this.#world = drawWorld(this.#random)
    this.#trace = new Trace(this.#clock, print)
    this.#trace.note('world', JSON.stringify(this.#world))
    this.#recorder = new StoryRecorder(this.#clock, this.#trace)
    this.#store = this.#recorder.watchedStore()
    const { partitions, commitIntervalMs, sessionTimeoutMs } = this.#world
    const keep = new Set([defaultTopics.journal, defaultTopics.dlq])
    this.#broker = new MemoryBroker({
      clock: this.#clock,
      partitions,
      commitIntervalMs,
      sessionTimeoutMs,
      keep,
    })
    const network = {
      broker: this.#broker,
      clock: this.#clock,
      random: this.#random,
      trace: this.#trace,
      faults: () => (this.#isStormy ? this.#world.faults : noFaults),
    }
    this.#house = new SimulatedHouse({
      world: this.#world,
      network,
      recorder: this.#recorder,
      store: this.#store,
    })
  }

  async run(): Promise<SimulationResult> {
    this.#house.start()
    this.#planRuns()
    this.#keepOpening()
    this.#storm()
    await this.#clock.advance(this.#world.stormMs)
    this.#isStormy = false
    this.#trace.note('calm')
    const converged = await this.#converge()
    const story = await this.#story()
    const violations = [
      ...this.#recorder.violations,
      ...(converged ? [] : [notConverged]),
      ...checkers.flatMap((check) => check(story)),
    ]
    for (const { rule, text } of violations) this.#trace.note('violation', `${rule}: ${text}`)
    const simulatedMs = this.#clock.nowMs() - this.#startMs
    return {
      seed: this.#seed,
      digest: this.#trace.digest(),
      violations,
      simulatedMs,
      counts: this.#trace.counts,
    }
  }

  #planRuns(): void {
    for (let run = 0; run < this.#world.runs; run++) {
      this.#recorder.plans.set(`run-${run}`, drawPlan(this.#world, this.#random))
    }
  }

  /** The client outside: asks any orchestrator to open a run, again and again, until one says that it is open. */
  #keepOpening(): void {
    for (const runId of this.#recorder.plans.keys()) if (!this.#opened.has(runId)) void this.#open(runId)
    if (this.#opened.size < this.#recorder.plans.size) this.#clock.after(1_500, () => this.#keepOpening())
  }

  async #open(runId: string): Promise<void> {
    const plan = this.#recorder.plans.get(runId)
    if (plan === undefined) return
    const { maxRetries, attemptTimeoutMs } = this.#world
    const policy = {
      max_retries: maxRetries,
      backoff: { base_ms: 100, factor: 2, cap_ms: 2_000 },
      attempt_timeout_ms: attemptTimeoutMs,
      answer_timeout_ms: attemptTimeoutMs,
      run_timeout_ms: null,
    }
    try {
      const orchestrator = this.#house.anyOrchestrator()
      await orchestrator?.opener.open({ runId, plan, tenant: 'default', policy, reuse: 'none' })
      if (orchestrator !== undefined) this.#opened.add(runId)
    } catch (error) {
      this.#trace.note('open-failed', `${runId} ${messageOf(error)}`)
    }
  }

  #storm(): void {
    if (!this.#isStormy) return
    const { crashPerSecond, poisonPerSecond, restartPerSecond, cancelPerSecond } = this.#world.faults
    if (this.#random() < crashPerSecond / 10) this.#house.crashOne()
    if (this.#random() < poisonPerSecond / 10) this.#sendPoison()
    if (this.#random() < restartPerSecond / 10) this.#house.restartOne()
    if (this.#random() < cancelPerSecond / 10) this.#cancelOne()
    this.#loseStore()
    this.#clock.after(100, () => this.#storm())
  }

  #loseStore(): void {
    const { storeLossPerSecond, storeRollbackPerSecond } = this.#world.faults
    if (storeRollbackPerSecond > 0) this.#store.snapshot(this.#clock.nowMs())
    if (this.#random() < storeLossPerSecond / 10) {
      this.#trace.note('store-loss')
      this.#store.lose()
      this.#house.loseLedger()
    }
    if (this.#random() < storeRollbackPerSecond / 10) {
      const backMs = 100 * 100 ** this.#random()
      this.#trace.note('store-rollback', `by ${Math.round(backMs)} ms`)
      this.#store.rollBack(this.#clock.nowMs() - backMs)
      this.#house.loseLedger()
    }
  }

  /** A cancel may be refused (nobody knows the run yet, the replica stops); once it is settled the run must have ended. */
  #cancelOne(): void {
    const runId = `run-${Math.floor(this.#random() * this.#world.runs)}`
    this.#trace.note('cancel', runId)
    this.#house.anyOrchestrator()?.conductor.submit(runId, {
      input: { kind: 'cancel', reason: 'somebody wants it' },
      settle: () => this.#recorder.cancelled(runId),
      refuse: (fault) => this.#trace.note('cancel-refused', `${runId} ${fault.code}`),
    })
  }

  #sendPoison(): void {
    const mark = `poison-${this.#poison.length}`
    this.#poison.push(mark)
    this.#trace.note('poison', mark)
    const topics = [defaultTopics.loaded, defaultTopics.failed, `${defaultTopics.ready}.ingestion`]
    const topic = topics[this.#poison.length % topics.length] ?? defaultTopics.loaded
    this.#broker.append([{ topic, key: mark, value: `{"no json" ${mark}` }])
  }

  #converge(): Promise<boolean> {
    return this.#clock.runUntil(() => {
      const runIds = [...this.#recorder.plans.keys()]
      const isDone = runIds.every((runId) => this.#opened.has(runId) && this.#store.hasEnded(runId))
      return isDone && this.#store.isRelayed() && this.#buried().length >= this.#poison.length
    }, calmMs)
  }

  #buried(): readonly string[] {
    const marks = new Set<string>()
    for (const log of this.#broker.logs(defaultTopics.dlq)) {
      for (let offset = log.start; offset < log.end; offset++) {
        const mark = /poison-\d+/.exec(String(log.at(offset)?.value))?.[0]
        if (mark !== undefined) marks.add(mark)
      }
    }
    return [...marks]
  }

  async #story(): Promise<Story> {
    const journal: JournalEntry[] = []
    await new MemoryTransport(this.#broker).scan(defaultTopics.journal, undefined, ({ value }) => {
      const json = parseJson(value?.toString() ?? '')
      if (isJsonObject(json) && json.chunk === undefined) journal.push(json as unknown as JournalEntry)
    })
    const { plans, everKept, loads, cancels } = this.#recorder
    const commits = [...plans.keys()].flatMap((runId) => this.#store.recordsOf(runId).map(parseCommit))
    const poison = { sent: this.#poison, buried: this.#buried() }
    return {
      plans,
      maxRetries: this.#world.maxRetries,
      foreignZone: this.#world.foreignZone,
      commits,
      everKept,
      cancels,
      loads,
      journal,
      poison,
      opened: new Set(plans.keys()),
    }
  }
}

const notConverged: Violation = {
  rule: 'convergence',
  text: `not everything had ended ${calmMs / 1000} s after the storm`,
}
