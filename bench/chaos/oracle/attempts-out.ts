// How many attempts were under way at a moment, as the facts of the runs tell it afterwards.

import type { ToldRun } from './judgement.ts'

const answers: ReadonlySet<string> = new Set([
  'object-loaded',
  'object-failed',
  'object-retry-scheduled',
  'object-cancelled',
])

/** Announced before, and answered, given up, or announced anew only later. */
export function attemptsOut(runs: readonly ToldRun[], atMs: number): number {
  let count = 0
  for (const { facts } of runs) {
    const out = new Set<unknown>()
    for (const fact of facts) {
      if (fact.at_ms > atMs) break
      if (fact.type === 'object-ready') out.add(fact.object_id)
      else if (answers.has(fact.type)) out.delete(fact.object_id)
    }
    count += out.size
  }
  return count
}
