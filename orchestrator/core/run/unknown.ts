// What is said of a run or an object that nobody knows, wherever somebody asks for it.

import { Fault } from '../../../shared/base/fault.ts'
import type { RunView } from './run-view.ts'

/** It was never opened, or is forgotten by now. */
export function runNotKept(runId: string): Fault {
  return new Fault('RUN_UNKNOWN', `there is no run '${runId}', or it is no longer kept`)
}

export function objectUnknown({ id }: Pick<RunView, 'id'>, objectId: string): Fault {
  return new Fault('OBJECT_UNKNOWN', `run ${id} has no object ${objectId}`)
}

/** Where the object stands in the plan of the run. Throws OBJECT_UNKNOWN. */
export function knownIndexOf(run: RunView, objectId: string): number {
  const index = run.plan.indexOf.get(objectId)
  if (index === undefined) throw objectUnknown(run, objectId)
  return index
}
