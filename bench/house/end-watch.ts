// Learns from the store itself when a run has ended, so that measuring asks the house nothing.

import type { RunCommit, RunStore, RunSummary } from '../../orchestrator/ports/run-store.ts'

type Commit = RunStore['commit']
type Wanted = (summary: RunSummary) => boolean

export class EndWatch {
  readonly #waiting = new Map<string, { readonly wanted: Wanted; readonly reached: () => void }>()

  /** Looks at every commit that stores of this class keep from now on. */
  constructor(storeClass: { readonly prototype: { commit: Commit } }) {
    const keep = storeClass.prototype.commit
    const kept = (commit: RunCommit) => this.#kept(commit)
    storeClass.prototype.commit = async function commitAndTell(this: RunStore, commit) {
      const outcome = await keep.call(this, commit)
      if (outcome === 'kept') kept(commit)
      return outcome
    }
  }

  /** Resolves once a commit of the run that shows `wanted` is kept. To be called before the run is opened. */
  until(runId: string, wanted: Wanted): Promise<void> {
    return new Promise((reached) => {
      this.#waiting.set(runId, { wanted, reached })
    })
  }

  #kept({ runId, summary }: RunCommit): void {
    const waiting = this.#waiting.get(runId)
    if (waiting === undefined || !waiting.wanted(summary)) return
    this.#waiting.delete(runId)
    waiting.reached()
  }
}
