// An object is tried as often as its policy says (its own before its zone's and its run's) and not once more; attempts that were lost, or that nobody began, are spared, but not without end.

import type { ObjectRetryScheduled } from '../../../orchestrator/core/run/run-fact.ts'
import { mostLost, mostUnclaimed } from '../../../orchestrator/core/run/run-policy.ts'
import { patienceIn } from '../oracle/story-books.ts'
import { type Checker, factsOf, isRefusal, type Violation } from '../story.ts'

/** Since the object was last set back by hand. */
interface Tries {
  made: number
  spared: number
  lost: number
  unclaimed: number
  refused: number
}

export const attemptsAreLimited: Checker = (story) => {
  const all = new Map<string, Tries>()
  const patienceOf = patienceIn(story)
  return factsOf(story).flatMap(({ runId, fact }): readonly Violation[] => {
    if (!('object_id' in fact)) return []
    const name = `${fact.object_id} of ${runId}`
    const tries = all.get(name) ?? { made: 0, spared: 0, lost: 0, unclaimed: 0, refused: 0 }
    all.set(name, tries)
    if (fact.type === 'object-reset') all.delete(name)
    if (fact.type === 'object-retry-scheduled') follow(tries, fact)
    if (fact.type === 'object-ready') tries.made++
    if (tries.made > patienceOf(runId, fact.object_id).maxRetries + 1 + tries.spared)
      return [violation(`${name} is tried ${tries.made} times, ${tries.spared} of them spared`)]
    if (tries.lost > mostLost) return [violation(`${name} was lost ${tries.lost} times and is tried again`)]
    const notBegun = Math.max(tries.unclaimed, tries.refused)
    if (notBegun > mostUnclaimed)
      return [violation(`${name} was not begun ${notBegun} times and is tried again as if it never was`)]
    return []
  })
}

/** A failure is none of these, whatever the fact calls it. */
function follow(tries: Tries, { given_up, error }: ObjectRetryScheduled): void {
  if (error.code !== 'ATTEMPT_LOST' && !isRefusal(error)) return
  if (given_up === 'lost') tries.lost++
  if (given_up === 'not-begun' && isRefusal(error)) tries.refused++
  else if (given_up === 'not-begun') tries.unclaimed++
  if (given_up === 'lost' || given_up === 'not-begun') tries.spared++
}

function violation(text: string): Violation {
  return { rule: 'attempts are limited', text }
}
