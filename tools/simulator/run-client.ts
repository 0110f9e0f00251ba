// The client of a story: asks any orchestrator to open a run, again and again, until one says that it is open.

import type { RunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import { messageOf } from '../../shared/base/fault.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { SimulatedHouse } from './simulated-house.ts'
import type { StoryRecorder } from './story-recorder.ts'
import type { Trace } from './trace.ts'

export interface ClientParts {
  readonly house: SimulatedHouse
  readonly recorder: StoryRecorder
  readonly clock: Clock
  readonly trace: Trace
  readonly policy: RunPolicy
  /** How long after one run the next is asked for. */
  readonly apartMs: number
  readonly businessDate: string | undefined
}

const againMs = 1_500

export class RunClient {
  readonly opened = new Set<string>()
  readonly #parts: ClientParts
  readonly #startMs: number

  constructor(parts: ClientParts) {
    this.#parts = parts
    this.#startMs = parts.clock.nowMs()
  }

  /** Begins to ask for the runs, one after the other or all at once. */
  keepOpening(): void {
    const { recorder, clock, apartMs } = this.#parts
    const wanted = [...recorder.plans.keys()].filter(
      (_, index) => this.#startMs + index * apartMs <= clock.nowMs(),
    )
    for (const runId of wanted) if (!this.opened.has(runId)) void this.#open(runId)
    if (this.opened.size < recorder.plans.size) clock.after(againMs, () => this.keepOpening())
  }

  async #open(runId: string): Promise<void> {
    const { recorder, house, trace, policy, businessDate } = this.#parts
    const date = businessDate === undefined ? {} : { businessDate }
    const plan = recorder.plans.get(runId)
    const orchestrator = house.anyOrchestrator()
    if (plan === undefined || orchestrator === undefined) return
    try {
      const outcome = await orchestrator.opener.open({
        runId,
        plan,
        tenant: 'default',
        ...date,
        policy,
        reuse: 'none',
      })
      trace.note('told', `${runId} ${outcome}`)
      this.opened.add(runId)
    } catch (error) {
      trace.note('open-failed', `${runId} ${messageOf(error)}`)
    }
  }
}
