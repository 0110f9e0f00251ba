// Which part of a run is to be run again, and what of it is reused.

import { Fault } from '../../../shared/base/fault.ts'
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

export interface Rerun {
  readonly plan: Plan
  /** What is loaded again, in the order of the plan, with what became of it before. */
  readonly again: readonly {
    readonly id: string
    readonly name: string | undefined
    readonly was: ObjectState
  }[]
  readonly reused: readonly ReusableLoad[]
}

/**
 * The plan of what is wished and all it needs; what of that was loaded before is reused. Fails with OBJECT_UNKNOWN
 * when an id is not in the run, and with REQUEST_INVALID when there is nothing to run again.
 */
export function rerunOf(run: RunView, wish: RerunWish): Result<Rerun, Fault> {
  const { plan } = run
  const stranger = wish.objectIds.find((id) => !plan.indexOf.has(id))
  if (stranger !== undefined) return failure(objectUnknown(run, stranger))
  const wanted = wantedIn(run, wish)
  if (wanted.size === 0) return failure(new Fault('REQUEST_INVALID', `nothing failed in run ${run.id}`))
  const targets = Uint32Array.from(wanted).sort()
  const part = compilePlan({ ...plan, inactive: [] }, targets)
  const again: Rerun['again'][number][] = []
  const reused: ReusableLoad[] = []
  for (const { id, name } of part.objects) {
    const index = plan.indexOf.get(id) ?? -1
    const was = run.stateOf(index)
    if (wanted.has(index) || !satisfies(was) || was === 'skipped') again.push({ id, name, was })
    else reused.push(loadOf(run, index, id))
  }
  return success({ plan: part, again, reused })
}

function wantedIn(run: RunView, { failed, objectIds, withDownstream }: RerunWish): Set<number> {
  const wanted = new Set(objectIds.map((id) => run.plan.indexOf.get(id) ?? -1))
  if (failed) {
    for (let index = 0; index < run.plan.objects.length; index++)
      if (['failed', 'cancelled'].includes(run.stateOf(index))) wanted.add(index)
  }
  if (!withDownstream) return wanted
  // A set is walked in the order in which it grows.
  for (const index of wanted) forEachLink(run.plan.children, index, (child) => wanted.add(child))
  return wanted
}

function loadOf(run: RunView, index: number, objectId: string): ReusableLoad {
  const result = run.resultOf(index)
  return {
    objectId,
    loadedAtMs: run.notesOf(index).loadedAtMs ?? run.sinceMsOf(index),
    ...(result === undefined ? {} : { result }),
  }
}
