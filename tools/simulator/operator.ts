// The operator of a story: gives commands at random, and in the calm lets everything go on.

import type { OperatorInput, RunInput } from '../../orchestrator/core/run/run-input.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { SimulatedHouse } from './simulated-house.ts'
import type { SimulatedStore } from './simulated-store.ts'
import type { StoryRecorder } from './story-recorder.ts'
import type { Trace } from './trace.ts'

export interface OperatorParts {
  readonly house: SimulatedHouse
  readonly recorder: StoryRecorder
  readonly store: SimulatedStore
  readonly clock: Clock
  readonly random: Random
  readonly trace: Trace
}

type Kind = Exclude<OperatorInput['kind'], 'cancel'>

const kinds: readonly Kind[] = ['pause', 'resume', 'retry', 'mark-loaded', 'skip', 'accept-late', 'discard']
/** The operator looks again after this time. */
const againMs = 500

export class SimulatedOperator {
  readonly #parts: OperatorParts

  constructor(parts: OperatorParts) {
    this.#parts = parts
  }

  /** A cancel may be refused (nobody knows the run yet, the replica stops); once it is settled the run must have ended. */
  cancelOne(): void {
    this.#give(this.#anyRun(), { kind: 'cancel', by: 'ann', reason: 'somebody wants it' })
  }

  commandOne(): void {
    const { random } = this.#parts
    const runId = this.#anyRun()
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'resume'
    const who = { by: 'ann', reason: 'it seems right' }
    if (kind === 'pause' || kind === 'resume') return this.#give(runId, { kind, ...who })
    const objectId = this.#anyObject(runId)
    if (kind === 'mark-loaded') this.#give(runId, { kind, objectId, result: { by: 'hand' }, ...who })
    else this.#give(runId, { kind, objectId, ...who })
  }

  /** Somebody takes an attempt for lost, rightly or not; rather of an object that has been tried often. */
  suspectOne(): void {
    const { recorder, random } = this.#parts
    const runId = this.#anyRun()
    const out = recorder.loads.filter((load) => load.runId === runId).slice(-5)
    const unlucky = out.toSorted((a, b) => b.attempt - a.attempt)[0]
    const load = random() < 0.5 ? unlucky : out[Math.floor(random() * out.length)]
    if (load === undefined) return
    // Whether nobody has begun it in time is only for the house to say: a rule is held to that.
    const cause = random() < 0.8 ? 'lease-expired' : 'restarted'
    this.#give(runId, { kind: 'lost', objectId: load.objectId, attempt: load.attempt, cause })
  }

  /** From now on lets every run go on that is paused. Of the others he wants nothing: somebody else must look after them. */
  keepResuming(): void {
    const { recorder, store, clock } = this.#parts
    for (const runId of recorder.plans.keys())
      if (store.isPaused(runId)) this.#give(runId, { kind: 'resume', by: 'ann' })
    clock.after(againMs, () => this.keepResuming())
  }

  #give(runId: string, input: RunInput): void {
    const { house, recorder, trace } = this.#parts
    trace.note(input.kind, runId)
    const orchestrator = house.anyOrchestrator()
    orchestrator?.conductor.submit(runId, {
      input,
      settle: () => recorder.settled(runId, input.kind),
      refuse: (fault) => trace.note('command-refused', `${runId} ${input.kind} ${fault.code}`),
    })
  }

  #anyRun(): string {
    const runIds = [...this.#parts.recorder.plans.keys()]
    return runIds[Math.floor(this.#parts.random() * runIds.length)] ?? 'none'
  }

  /** Rather one that is in trouble; now and then one that the run does not have. */
  #anyObject(runId: string): string {
    const { recorder, random } = this.#parts
    const chance = random()
    if (chance < 0.05) return 'nobody'
    const troubled = recorder.troubledIn(runId)
    if (chance < 0.6 && troubled.length > 0)
      return troubled[Math.floor(random() * troubled.length)] ?? 'nobody'
    const objects = recorder.plans.get(runId)?.objects ?? []
    return objects[Math.floor(random() * objects.length)]?.id ?? 'nobody'
  }
}
