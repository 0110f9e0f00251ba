// Opens runs as the real opener does as far as a store can see: one first commit, refused when there is one.

import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import type { OpenRequest } from '../../orchestrator/services/run-opener.ts'
import type { Fault } from '../../shared/base/fault.ts'

export class StoreOpener {
  /** Every call, in order. */
  readonly requests: OpenRequest[] = []
  /** The ids of the runs that were opened here, in order. */
  readonly opened: string[] = []
  /** What the next calls reject with. */
  readonly failures: Fault[] = []
  readonly #store: RunStore

  constructor(store: RunStore) {
    this.#store = store
  }

  async open(request: OpenRequest): Promise<'opened' | 'exists'> {
    this.requests.push(request)
    const failure = this.failures.shift()
    if (failure !== undefined) throw failure
    // As in the real one, two may see that there is no run: the commit decides.
    if ((await this.#store.summary(request.runId)) !== undefined) return 'exists'
    if ((await this.#store.commit(firstCommit(request))) === 'stale') return 'exists'
    this.opened.push(request.runId)
    return 'opened'
  }
}

/** Openers that are two must not write the same bytes, or the store takes one for the repeat of the other. */
let commits = 0

function firstCommit({ runId, tenant, workflow, businessDate, plan }: OpenRequest) {
  const zero = { waiting: 0, ready: 0, loaded: 0, failed: 0, blocked: 0, reused: 0, cancelled: 0 }
  const summary = {
    runId,
    state: 'running' as const,
    tenant,
    workflow: workflow ?? null,
    businessDate: businessDate ?? null,
    plan: plan.hash,
    objects: plan.objects.length,
    openedAtMs: 0,
    endedAtMs: null,
    counts: zero,
  }
  const id = String(commits++)
  const record = JSON.stringify({ id })
  return {
    runId,
    basedOn: 0,
    id,
    prev: undefined,
    record,
    summary,
    dueAtMs: Number.POSITIVE_INFINITY,
    failures: [],
  }
}
