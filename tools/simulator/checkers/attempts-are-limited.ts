// An object is tried as often as its policy says and not once more; lost attempts are spared, but not without end.

import { mostLost } from '../../../orchestrator/core/run/run-policy.ts'
import { type Checker, factsOf, type Violation } from '../story.ts'

/** Since the object was last set back by hand. */
interface Tries {
  made: number
  spared: number
  lost: number
}

export const attemptsAreLimited: Checker = (story) => {
  const all = new Map<string, Tries>()
  return factsOf(story).flatMap(({ runId, fact }): readonly Violation[] => {
    if (!('object_id' in fact)) return []
    const name = `${fact.object_id} of ${runId}`
    const tries = all.get(name) ?? { made: 0, spared: 0, lost: 0 }
    all.set(name, tries)
    if (fact.type === 'object-reset') all.delete(name)
    if (fact.type === 'object-retry-scheduled') {
      if (fact.given_up === 'lost') tries.lost++
      if (fact.given_up === 'lost' || fact.given_up === 'not-begun') tries.spared++
    }
    if (fact.type === 'object-ready') tries.made++
    if (tries.made > story.maxRetries + 1 + tries.spared)
      return [violation(`${name} is tried ${tries.made} times, ${tries.spared} of them spared`)]
    if (tries.lost > mostLost) return [violation(`${name} was lost ${tries.lost} times and is tried again`)]
    return []
  })
}

function violation(text: string): Violation {
  return { rule: 'attempts are limited', text }
}
