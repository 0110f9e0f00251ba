// Which object may start now, which can never start, and what it goes on without.

import { at } from '../../../shared/base/assert.ts'
import { zoneOf } from '../../../shared/base/layer.ts'
import type { Degradation } from '../../../shared/events/degradation.ts'
import type { LinkPolicy } from '../graph/link-policy.ts'
import { isGone, satisfies } from './object-state.ts'
import type { RunView } from './run-view.ts'

/** Whether the object is to be announced now: it waits, has all it needs, its retry is due, and it may be announced. */
export function canStart(run: RunView, index: number, atMs: number): boolean {
  if (run.stateOf(index) !== 'waiting') return false
  if (isHeldByParents(run, index, atMs)) return false
  if (run.attemptOf(index) > 0 && run.notesOf(index).isRetrying && run.dueAtMsOf(index) > atMs) return false
  return mayAnnounce(run, index)
}

/** Whether anything of the object's zone may be announced: the run is not paused, and somebody works there. */
export function mayAnnounce(run: RunView, index: number): boolean {
  const { paused, dead } = run.head
  if (paused !== undefined) return false
  return dead.length === 0 || !dead.includes(zoneOf(at(run.plan.objects, index).layer))
}

/** Why a waiting object can never start: the parent that is gone without anything that excuses it; undefined: it still can. */
export function doomOf(run: RunView, index: number, atMs: number): number | undefined {
  let doom: number | undefined
  someLink(run, index, (parent, policy) => {
    if (!isGone(run.stateOf(parent)) || excuses(run, parent, policy, atMs)) return false
    doom = parent
    return true
  })
  return doom
}

/**
 * Whether something that the object needs has not ended, and it may not go on without it yet. Who has gone on once
 * does so again when it is tried again: what excused it then may be too old by now.
 */
export function isHeldByParents(run: RunView, index: number, atMs: number): boolean {
  return run.pendingOf(index) > 0 && !run.notesOf(index).isRetrying && !isExcused(run, index, atMs)
}

/** The parent that keeps a waiting object for ever; undefined: it still can start, or is tried again without that parent. */
export function heldForEverBy(run: RunView, index: number, atMs: number): number | undefined {
  return isHeldByParents(run, index, atMs) ? doomOf(run, index, atMs) : undefined
}

/** What a blocked object fails by at the root of it: it may be something else by now than what blocked it first. */
export function blockingRoot(run: RunView, index: number, atMs: number): number | undefined {
  let root = doomOf(run, index, atMs)
  while (root !== undefined && run.stateOf(root) === 'blocked') {
    const above = doomOf(run, root, atMs)
    if (above === undefined) break
    root = above
  }
  return root ?? run.plan.indexOf.get(run.notesOf(index).blockedBy ?? '')
}

/** Whether every parent that is not there is one that the object may go on without, now. */
export function isExcused(run: RunView, index: number, atMs: number): boolean {
  if (run.plan.linkPolicies.size === 0) return false
  return !someLink(run, index, (parent, policy) => isMissed(run, parent, policy, atMs))
}

/** Whether a parent is not there, and nothing excuses it yet. */
export function isMissed(
  run: RunView,
  parent: number,
  policy: LinkPolicy | undefined,
  atMs: number,
): boolean {
  const state = run.stateOf(parent)
  if (satisfies(state)) return false
  const isOver = isGone(state) || waitUntilMs(run, policy) <= atMs
  return !isOver || !excuses(run, parent, policy, atMs)
}

/** Whether an object may go on without the parent at `atMs`, or with an old load of it, once the parent is not waited for. */
export function excuses(run: RunView, parent: number, policy: LinkPolicy | undefined, atMs: number): boolean {
  if (policy === undefined || policy.kind === 'required') return false
  if (policy.kind === 'optional') return true
  const { lastLoad } = run.notesOf(parent)
  return (
    lastLoad !== undefined && atMs - lastLoad.loadedAtMs <= (policy.max_age_ms ?? Number.POSITIVE_INFINITY)
  )
}

/** Until when the parent is waited for at most; Infinity: as long as it takes. */
export function waitUntilMs(run: RunView, policy: LinkPolicy | undefined): number {
  if (policy?.wait_until === undefined) return Number.POSITIVE_INFINITY
  return run.head.opened?.wait_until_ms?.[policy.wait_until] ?? Number.POSITIVE_INFINITY
}

/** When the object stops waiting for one of its parents, after `atMs`; Infinity: it waits as long as it takes. */
export function nextWaitEndMs(run: RunView, index: number, atMs: number): number {
  let nextMs = Number.POSITIVE_INFINITY
  eachLink(run, index, (_, policy) => {
    const untilMs = waitUntilMs(run, policy)
    if (untilMs > atMs && untilMs < nextMs) nextMs = untilMs
  })
  return nextMs
}

/** What the object has gone on without, or with an old load of, as far as it has gone on at all. */
export function wentOnWithout(run: RunView, index: number): readonly Degradation[] {
  return run.notesOf(index).degraded
}

/** What the object goes on without, or with an old load of, and what those above it did. */
export function degradationsOf(run: RunView, index: number): readonly Degradation[] {
  if (run.plan.linkPolicies.size === 0 && run.head.counts.skipped === 0) return []
  const child = at(run.plan.objects, index).id
  const found = new Map<string, Degradation>()
  eachLink(run, index, (parent, policy) => {
    const own = degradationBy(run, parent, policy, child)
    for (const one of own === undefined ? run.notesOf(parent).degraded : [own])
      found.set(`${one.parent}\n${one.child}`, one)
  })
  return [...found.values()]
}

function degradationBy(
  run: RunView,
  parentIndex: number,
  policy: LinkPolicy | undefined,
  child: string,
): Degradation | undefined {
  const state = run.stateOf(parentIndex)
  const parent = at(run.plan.objects, parentIndex).id
  if (state === 'skipped') return { parent, child, reason: 'skipped' }
  if (satisfies(state)) return undefined
  const reason = state === 'failed' || state === 'blocked' ? state : isGone(state) ? 'failed' : 'late'
  const { lastLoad } = run.notesOf(parentIndex)
  const isStale = policy?.kind === 'stale-ok' && lastLoad !== undefined
  return { parent, child, reason, ...(isStale ? { loaded_at_ms: lastLoad.loadedAtMs } : {}) }
}

/** Visits all of the object's parents in the order of the plan's links. */
export function eachLink(
  run: RunView,
  index: number,
  visit: (parent: number, policy: LinkPolicy | undefined) => void,
): void {
  someLink(run, index, (parent, policy) => {
    visit(parent, policy)
    return false
  })
}

/** Whether `test` holds for one of the object's parents, asked in the order of the plan's links. */
function someLink(
  run: RunView,
  index: number,
  test: (parent: number, policy: LinkPolicy | undefined) => boolean,
): boolean {
  const { parents, linkPolicies } = run.plan
  const end = parents.offsets[index + 1] ?? 0
  for (let place = parents.offsets[index] ?? 0; place < end; place++)
    if (test(at(parents.targets, place), linkPolicies.get(place))) return true
  return false
}
