// An orchestrator that takes no answers: it looks at the runs it is told of, as a watchdog does, and leaves.

import { buildOrchestrator, type OrchestratorParts } from '../../../orchestrator/build-orchestrator.ts'
import { isScanned } from '../../../orchestrator/core/run/summary.ts'
import type { Fault } from '../../../shared/base/fault.ts'
import { silentMeter } from '../../../shared/ports/meter.ts'

/** More pieces than a run is announced in; what is held back (by a pause, say) is not waited for. */
const mostTurns = 2_000

/** Whatever it decides counts only if no other replica has decided it meanwhile: commits see to that. */
export class BriefReplica {
  readonly #orchestrator: ReturnType<typeof buildOrchestrator>

  constructor(parts: Omit<OrchestratorParts, 'drainMs' | 'meter' | 'beat'>) {
    this.#orchestrator = buildOrchestrator({ ...parts, drainMs: 10_000, meter: silentMeter, beat: () => {} })
  }

  /** Resolves when what is due in the run is decided, and all of it is published. Rejects when it cannot be decided. */
  async attend(runId: string): Promise<void> {
    for (let turn = 0; turn < mostTurns; turn++) {
      await this.#tick(runId)
      if (!this.#isOpening(runId)) return
    }
  }

  async stop(): Promise<void> {
    await this.#orchestrator.stop()
  }

  #tick(runId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (fault: Fault) => reject(fault)
      this.#orchestrator.conductor.submit(runId, { input: { kind: 'tick' }, settle: () => resolve(), refuse })
    })
  }

  /** A large run is announced piece by piece. */
  #isOpening(runId: string): boolean {
    for (const { id, run } of this.#orchestrator.conductor.live) {
      if (id === runId) return run !== undefined && !isScanned(run)
    }
    return false
  }
}
