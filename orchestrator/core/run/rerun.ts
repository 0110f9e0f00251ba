// Which part of a run is to be run again, and what of it is reused.

import { at } from '../../../shared/base/assert.ts'
import type { Fault } from '../../../shared/base/fault.ts'
import { failure, type Result, success } from '../../../shared/base/result.ts'
import { compilePlan } from '../graph/compile-plan.ts'
import { forEachLink, type Plan } from '../graph/plan.ts'
import { type ObjectState, satisfies } from './object-state.ts'
import type { ReusableLoad } from './run-input.ts'
import type { RunView } from './run-view.ts'
import { objectUnknown } from './unknown.ts'

export interface RerunWish {
  /** What failed, and what was given up with the run. */
  readonly failed: boolean
  /** Ids of objects to be loaded again whatever became of them. */
  readonly objectIds: readonly string[]
  /** And all that needs one of these. */
  readonly withDownstream: boolean
}

export const rerunReasons = ['failed', 'asked-for', 'below', 'needed-by'] as const

/** Why an object is loaded again: it failed, somebody asks for it, it needs one of these, or one of all these needs it. */
interface Cause {
  readonly reason: (typeof rerunReasons)[number]
  /** The one that it is below of, or needed by. */
  readonly of?: string
}

export interface LoadAgain extends Cause {
  readonly id: string
  readonly name: string | undefined
  /** What became of it before. */
  readonly was: ObjectState
}

export interface Rerun {
  readonly plan: Plan
  /** What is loaded again, in the order of the plan. */
  readonly again: readonly LoadAgain[]
  readonly reused: readonly ReusableLoad[]
}

/**
 * The plan of what is wished and all it needs; what of that was loaded before is reused. Undefined when there is nothing
 * to run again. Fails with OBJECT_UNKNOWN when an id is not in the run.
 */
export function rerunOf(run: RunView, wish: RerunWish): Result<Rerun | undefined, Fault> {
  const { plan } = run
  const stranger = wish.objectIds.find((id) => !plan.indexOf.has(id))
  if (stranger !== undefined) return failure(objectUnknown(run, stranger))
  const wanted = wantedIn(run, wish)
  if (wanted.size === 0) return success(undefined)
  const targets = Uint32Array.from(wanted.keys()).sort()
  const part = compilePlan({ ...plan, inactive: [] }, targets)
  const again: LoadAgain[] = []
  const reused: ReusableLoad[] = []
  for (const [place, { id, name }] of part.objects.entries()) {
    const index = plan.indexOf.get(id) ?? -1
    const was = run.stateOf(index)
    const cause = wanted.get(index) ?? (isMissing(was) ? neededBy(part, place) : undefined)
    if (cause === undefined) reused.push(loadOf(run, index, id))
    else again.push({ id, name, was, ...cause })
  }
  return success({ plan: part, again, reused })
}

function isMissing(was: ObjectState): boolean {
  return !satisfies(was) || was === 'skipped'
}

function wantedIn(run: RunView, { failed, objectIds, withDownstream }: RerunWish): Map<number, Cause> {
  const { indexOf, objects, children } = run.plan
  const wanted = new Map<number, Cause>()
  for (const id of objectIds) wanted.set(indexOf.get(id) ?? -1, { reason: 'asked-for' })
  for (let index = 0; failed && index < objects.length; index++)
    if (!wanted.has(index) && ['failed', 'cancelled'].includes(run.stateOf(index)))
      wanted.set(index, { reason: 'failed' })
  if (!withDownstream) return wanted
  // A map is walked in the order in which it grows.
  for (const [index, { of = at(objects, index).id }] of wanted)
    forEachLink(children, index, (child) => {
      if (!wanted.has(child)) wanted.set(child, { reason: 'below', of })
    })
  return wanted
}

/** What is not wished for itself is in the plan because of what is, over its first child there. */
function neededBy(part: Plan, place: number): Cause {
  return {
    reason: 'needed-by',
    of: at(part.objects, at(part.children.targets, at(part.children.offsets, place))).id,
  }
}

function loadOf(run: RunView, index: number, objectId: string): ReusableLoad {
  const result = run.resultOf(index)
  return {
    objectId,
    loadedAtMs: run.notesOf(index).loadedAtMs ?? run.sinceMsOf(index),
    ...(result === undefined ? {} : { result }),
  }
}
