// Watches the journal go by for outcomes of attempts that were never announced.

import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'

interface Early {
  readonly objectId: string
  readonly attempt: number
  /** The commit that says the outcome. */
  readonly commit: string
}

interface Watched {
  /** By object: the last attempt that was announced. Forgotten when the run ends. */
  readonly announced: Map<string, number>
  early: Early[]
  hasEnded: boolean
}

const outcomes: ReadonlySet<unknown> = new Set(['object-loaded', 'object-failed', 'object-retry-scheduled'])

/** Records of a run may come in another order than they were decided in: what is early may still be announced. */
export class AnnouncedAttempts {
  readonly #runs = new Map<string, Watched>()

  take(record: JsonObject): void {
    if (typeof record.run_id !== 'string' || !Array.isArray(record.facts)) return
    const run = this.#runs.get(record.run_id) ?? { announced: new Map(), early: [], hasEnded: false }
    this.#runs.set(record.run_id, run)
    for (const fact of record.facts) takeFact(run, fact, String(record.id))
  }

  /** The objects of a run with an outcome, said by one of these commits, and without a Ready. */
  unannounced(runId: string, commits: ReadonlySet<string>): readonly string[] {
    const early = this.#runs.get(runId)?.early ?? []
    return [...new Set(early.filter(({ commit }) => commits.has(commit)).map(({ objectId }) => objectId))]
  }
}

function takeFact(run: Watched, fact: Json, commit: string): void {
  if (!isJsonObject(fact)) return
  if (fact.type === 'run-ended') {
    run.announced.clear()
    run.hasEnded = true
  }
  if (fact.type === 'run-reopened') run.hasEnded = false
  const { object_id: objectId, attempt } = fact
  if (typeof objectId !== 'string' || typeof attempt !== 'number') return
  if (fact.type === 'object-ready') {
    run.announced.set(objectId, Math.max(run.announced.get(objectId) ?? 0, attempt))
    run.early = run.early.filter((early) => early.objectId !== objectId || early.attempt > attempt)
  } else if (outcomes.has(fact.type) && !run.hasEnded && (run.announced.get(objectId) ?? 0) < attempt) {
    run.early.push({ objectId, attempt, commit })
  }
}
