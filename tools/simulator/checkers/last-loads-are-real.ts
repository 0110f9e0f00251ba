// An old load that a child may go on with was made, at the time that is said of it.

import { wrongFacts } from '../oracle/story-books.ts'
import type { Checker } from '../story.ts'

const loads: ReadonlySet<string> = new Set(['object-loaded', 'object-marked-loaded', 'late-result-accepted'])

/** By any run, also in a commit that the store has lost since. */
export const lastLoadsAreReal: Checker = (story) => {
  const made = new Set(story.earlierLoads.map(({ objectId, loadedAtMs }) => `${objectId} ${loadedAtMs}`))
  for (const { facts, at_ms } of story.everKept)
    for (const fact of facts)
      if ('object_id' in fact && loads.has(fact.type)) made.add(`${fact.object_id} ${at_ms}`)
  return wrongFacts(story, 'last loads are real', (fact) => {
    if (fact.type !== 'object-last-load' || made.has(`${fact.object_id} ${fact.loaded_at_ms}`))
      return undefined
    return `was not loaded at ${fact.loaded_at_ms}`
  })
}
