// Which announcements of a run's past are still waited for: what was answered since need not be announced again.

import type { CommitRecord, RunFact } from './run-fact.ts'
import type { RunView } from './run-view.ts'

/** Whether the fact announced an attempt that nobody has answered, lost or given up as far as `run` knows. */
export function isStillOut(run: RunView, fact: RunFact): boolean {
  if (fact.type !== 'object-ready') return false
  const index = run.plan.indexOf.get(fact.object_id)
  return index !== undefined && run.stateOf(index) === 'ready' && run.attemptOf(index) === fact.attempt
}

/**
 * The commit as it is to be published once more, when `run` has gone on since: a zone that has lost its own
 * memory of what it did would load an answered attempt again.
 */
export function withoutAnswered(run: RunView, commit: CommitRecord): CommitRecord {
  const facts = commit.facts.filter((fact) => fact.type !== 'object-ready' || isStillOut(run, fact))
  return { ...commit, facts }
}
