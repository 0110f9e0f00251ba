// After a start of a house in one process: what was under way when the process before ended is tried anew.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { planFromChunks } from '../core/graph/plan-chunks.ts'
import { replay } from '../core/run/commit-record.ts'
import { Run } from '../core/run/run.ts'
import type { LostInput } from '../core/run/run-input.ts'
import type { RunStore, RunSummary } from '../ports/run-store.ts'
import type { Conductor } from './conductor.ts'

export interface CutOffAttemptsParts {
  readonly store: Pick<RunStore, 'list' | 'read' | 'loadPlan'>
  readonly conductor: Pick<Conductor, 'submit' | 'attend'>
  readonly logger: Logger
}

export class CutOffAttempts {
  readonly #parts: CutOffAttemptsParts

  constructor(parts: CutOffAttemptsParts) {
    this.#parts = parts
  }

  /**
   * Gives up every attempt that is out, in every run that goes on: whoever had it is gone. To be called when
   * the store is whole and nobody works yet; resolves when the new attempts are announced.
   */
  async giveUp(): Promise<void> {
    const { store, logger } = this.#parts
    for (const summary of await store.list({ state: 'running', limit: Number.MAX_SAFE_INTEGER })) {
      const { runId, counts } = summary
      try {
        await this.#giveUpIn(runId, await this.#outIn(summary))
        logger.info('a run that was cut off goes on', { run_id: runId, attempts_anew: counts.ready })
      } catch (error) {
        // One run that cannot be read must not hold up all others.
        logger.error('a run that was cut off cannot go on', { run_id: runId, error: messageOf(error) })
      }
    }
  }

  async #outIn({ runId, plan }: RunSummary): Promise<readonly LostInput[]> {
    const { store } = this.#parts
    const chunks = await store.loadPlan(plan)
    if (chunks === undefined) throw new Fault('PLAN_MISSING', `the store does not hold plan ${plan}`)
    const run = new Run(runId, planFromChunks(chunks))
    replay(run, (await store.read(runId, 0))?.records ?? [])
    return run.plan.objects.flatMap(({ id: objectId }, index) =>
      run.stateOf(index) === 'ready'
        ? [{ kind: 'lost', objectId, attempt: run.attemptOf(index), cause: 'restarted' } as const]
        : [],
    )
  }

  async #giveUpIn(runId: string, out: readonly LostInput[]): Promise<void> {
    const { conductor } = this.#parts
    const decided = out.map(
      (input) =>
        new Promise<void>((resolve, reject) => {
          conductor.submit(runId, { input, settle: () => resolve(), refuse: reject })
        }),
    )
    // Also where nothing was out: what is due, or was never announced, is not to wait for the watchdog.
    await Promise.all([...decided, conductor.attend(runId)])
  }
}
