// Nothing counts as loaded that no loader had loaded by then, in that very attempt.

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { zoneOf } from '../../../shared/base/layer.ts'
import { type Checker, factsOf, type Load, type Story } from '../story.ts'

export const loadsAreReal: Checker = (story) => {
  const loads = new Map<string, Load[]>()
  for (const load of story.loads) {
    if (load.outcome === 'loaded') loads.set(nameOf(load), [...(loads.get(nameOf(load)) ?? []), load])
  }
  return factsOf(story).flatMap(({ runId, commitId, fact }) => {
    if (fact.type !== 'object-loaded') return []
    const load = { runId, objectId: fact.object_id, attempt: fact.attempt }
    const keptAtMs = story.keptAtMs.get(commitId) ?? 0
    const done = (loads.get(nameOf(load)) ?? []).filter(
      ({ overAtMs = Number.POSITIVE_INFINITY }) => overAtMs <= keptAtMs,
    )
    // Who does not say which attempt he answers means the current one: a late answer may count for it, and one
    // to an attempt that a store has lost with all that was decided then.
    const counts = ({ attempt }: Load) =>
      attempt === fact.attempt ||
      (isForeign(story, load) && (attempt < fact.attempt || wasAnnounced(story, { ...load, attempt })))
    if (done.some(counts)) return []
    const text = `attempt ${fact.attempt} at ${nameOf(load)} counts as loaded, but no loader had finished it`
    return [{ rule: 'loads are real', text }]
  })
}

type Loaded = Pick<Load, 'runId' | 'objectId'>

function nameOf({ runId, objectId }: Loaded): string {
  return `${objectId} of ${runId}`
}

function isForeign({ plans, foreignZone }: Story, { runId, objectId }: Loaded): boolean {
  const object = plans.get(runId)?.objects.find(({ id }) => id === objectId)
  return object !== undefined && zoneOf(object.layer) === foreignZone
}

function wasAnnounced(story: Story, load: Pick<Load, 'runId' | 'objectId' | 'attempt'>): boolean {
  return story.everKept.some(({ run_id, facts }) => {
    const isSame = (fact: RunFact) =>
      fact.type === 'object-ready' && fact.object_id === load.objectId && fact.attempt === load.attempt
    return run_id === load.runId && facts.some(isSame)
  })
}
