// Opens a shape as a run of the house and times it, from the call of the opener to the end of the run.

import { defaultRunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import type { RunOpener } from '../../orchestrator/services/run-opener.ts'
import { randomRunId } from '../../shared/adapters/system/random-ids.ts'
import { monotonicMs } from '../process/load-log.ts'
import type { Shape } from '../shape.ts'
import type { EndWatch } from './end-watch.ts'
import { assertFinalState } from './final-state.ts'
import { planOfShape } from './shape-plan.ts'

export interface HouseUnderTest {
  readonly opener: Pick<RunOpener, 'open'>
  readonly store: RunStore
  readonly watch: EndWatch
}

/** What a lead of the house answers to `run` and `check`. */
export function houseAnswers({ opener, store, watch }: HouseUnderTest) {
  let last: { runId: string; shape: Shape } | undefined
  return { prepare: (shape: Shape) => void planOfShape(shape), run, check }

  async function run(shape: Shape) {
    const plan = planOfShape(shape)
    const runId = randomRunId()
    last = { runId, shape }
    const ended = watch.until(runId, (summary) => summary.state !== 'running')
    const beganMs = monotonicMs()
    await opener.open({ runId, plan, tenant: 'default', policy: defaultRunPolicy, reuse: 'none' })
    await ended
    return { wallMs: monotonicMs() - beganMs }
  }

  /** Reads all facts of the last run: asked for after the costs were read. */
  async function check(): Promise<void> {
    if (last !== undefined) await assertFinalState(store, last.runId, last.shape)
  }
}
