// One page of the list of runs.

import type { RunQuery, RunStore, RunSummary } from '../ports/run-store.ts'

/** The runs of a store that are paused. All that run are looked at: they are few of all, and a store has them at hand. */
export function pausedRuns(store: Pick<RunStore, 'list'>): Pick<RunStore, 'list'> {
  return {
    list: async (query) => {
      const running = await store.list({ ...query, state: 'running', limit: Number.MAX_SAFE_INTEGER })
      return running.filter(({ isPaused = false }) => isPaused).slice(0, query.limit)
    },
  }
}

export interface RunPage {
  readonly runs: readonly RunSummary[]
  /** Where the next page begins, in milliseconds since the epoch; undefined: this is the last one. */
  readonly nextBeforeMs: number | undefined
}

/**
 * The newest runs of `query`. Pages are told apart by the instant of opening, and a schedule opens many runs
 * in one instant: a page ends before an instant it cannot show whole, and is longer than the limit when even
 * its first instant does not fit. So no run is on two pages, and none on no page.
 */
export async function runPage(store: Pick<RunStore, 'list'>, query: RunQuery): Promise<RunPage> {
  for (let limit = query.limit; ; limit *= 2) {
    const runs = await store.list({ ...query, limit: limit + 1 })
    if (runs.length <= limit) return { runs, nextBeforeMs: undefined }
    const cutMs = runs.at(-1)?.openedAtMs ?? 0
    const whole = runs.filter((run) => run.openedAtMs > cutMs)
    const last = whole.at(-1)
    if (last !== undefined) return { runs: whole, nextBeforeMs: last.openedAtMs }
  }
}
