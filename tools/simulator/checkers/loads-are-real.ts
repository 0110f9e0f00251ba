// Nothing counts as loaded that no loader has loaded, in that very attempt.

import { type Checker, factsOf } from '../story.ts'

export const loadsAreReal: Checker = (story) => {
  const done = new Set(story.loads.filter((load) => load.outcome === 'loaded').map(nameOf))
  return factsOf(story).flatMap(({ runId, fact }) => {
    if (fact.type !== 'object-loaded') return []
    const name = nameOf({ runId, objectId: fact.object_id, attempt: fact.attempt })
    return done.has(name)
      ? []
      : [{ rule: 'loads are real', text: `${name} counts as loaded, but no loader finished it` }]
  })
}

function nameOf(load: {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
}): string {
  return `attempt ${load.attempt} at ${load.objectId} of ${load.runId}`
}
