// How an object waits for its parents: for which of them, until when at most, and since when no longer.

import type { LinkPolicy } from '../graph/link-policy.ts'
import { isFinal } from './object-state.ts'
import { eachLink, excuses, isExcused, isMissed, waitUntilMs } from './readiness.ts'
import type { RunView } from './run-view.ts'

/** The parents that the object waits for, in the order of the plan's links: they are not there, and nothing excuses it yet. */
export function missedParents(run: RunView, index: number, atMs: number): readonly number[] {
  const missed: number[] = []
  eachLink(run, index, (parent, policy) => {
    if (isMissed(run, parent, policy, atMs)) missed.push(parent)
  })
  return missed
}

/** When an object that waits for parents goes on though none of them comes; Infinity: it waits as long as it takes. */
export function goesOnAtMs(run: RunView, index: number, atMs: number): number {
  if (run.plan.linkPolicies.size === 0) return Number.POSITIVE_INFINITY
  let lastMs = atMs
  eachLink(run, index, (parent, policy) => {
    if (isMissed(run, parent, policy, atMs)) lastMs = Math.max(lastMs, waitUntilMs(run, policy))
  })
  // An old load that would do now may be too old by then.
  return lastMs < Number.POSITIVE_INFINITY && isExcused(run, index, lastMs)
    ? lastMs
    : Number.POSITIVE_INFINITY
}

/** Since when nothing that the object needs holds it back; only of one that waits for no parent. */
export function freeSinceMs(run: RunView, index: number): number {
  if (run.notesOf(index).isRetrying) return Math.max(waitsSinceMs(run, index), run.dueAtMsOf(index))
  return latest(run, index, (parent, policy) =>
    Math.min(endedAtMs(run, parent), excusedFromMs(run, parent, policy)),
  )
}

/** Since when the object lacks only what it goes on without in time. */
export function timedSinceMs(run: RunView, index: number): number {
  return latest(run, index, (parent, policy) =>
    excusedFromMs(run, parent, policy) < Number.POSITIVE_INFINITY ? 0 : endedAtMs(run, parent),
  )
}

/** Since when the object is in the state it is in. */
export function waitsSinceMs(run: RunView, index: number): number {
  return run.sinceMsOf(index) || run.head.openedAtMs
}

/** The latest of these instants of its parents, and not before the object waits at all. */
function latest(
  run: RunView,
  index: number,
  instantOf: (parent: number, policy: LinkPolicy | undefined) => number,
): number {
  let latestMs = waitsSinceMs(run, index)
  eachLink(run, index, (parent, policy) => {
    latestMs = Math.max(latestMs, instantOf(parent, policy))
  })
  return latestMs
}

function endedAtMs(run: RunView, parent: number): number {
  return isFinal(run.stateOf(parent)) ? run.sinceMsOf(parent) : Number.POSITIVE_INFINITY
}

/** From when on the parent is not waited for though it may still come; Infinity: it is waited for. */
function excusedFromMs(run: RunView, parent: number, policy: LinkPolicy | undefined): number {
  const untilMs = waitUntilMs(run, policy)
  return excuses(run, parent, policy, untilMs) ? untilMs : Number.POSITIVE_INFINITY
}
