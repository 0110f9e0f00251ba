// Runs that share builds never load one object at the same time, each for itself.

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { type Checker, isRefusal, type Load, type Violation } from '../story.ts'

/**
 * Looks at objects without parents, whose work is always the same. A store that was lost does not know who waits for
 * whom, and whoever lost patience with a build begins another one: such stories are not looked at. What a breaker
 * refuses is told to all who wait for it.
 */
export const loadsAreShared: Checker = (story) => {
  if (!story.isShared || story.leaseTroubles.length > 0 || hasGivenUp(story.everKept)) return []
  const plan = [...story.plans.values()][0]
  const roots = plan?.objects.filter(({ parents }) => parents.length === 0) ?? []
  return roots.flatMap(({ id }) => overlaps(story.loads.filter(({ objectId }) => objectId === id)))
}

function hasGivenUp(commits: Parameters<Checker>[0]['everKept']): boolean {
  return commits.some(({ facts }) => facts.some(isImpatient))
}

function isImpatient(fact: RunFact): boolean {
  return 'given_up' in fact && !('error' in fact && isRefusal(fact.error))
}

function overlaps(loads: readonly Load[]): readonly Violation[] {
  const ended = loads.filter(({ overAtMs }) => overAtMs !== undefined)
  return ended.flatMap((load, index) => {
    const other = ended.slice(0, index).find((before) => isBeside(before, load))
    if (other === undefined) return []
    const text = `${load.objectId} was loaded for ${other.runId} and for ${load.runId} at the same time`
    return [{ rule: 'loads are shared', text }]
  })
}

function isBeside(one: Load, other: Load): boolean {
  const [oneEndMs, otherEndMs] = [one.overAtMs ?? 0, other.overAtMs ?? 0]
  return one.runId !== other.runId && one.startedAtMs < otherEndMs && other.startedAtMs < oneEndMs
}
