// What is said of a run id that another run has: only who means that very run finds it open already.

import { Fault } from '../../../shared/base/fault.ts'
import type { Rerun } from './rerun.ts'
import type { RunView } from './run-view.ts'

/** `field` is where the request has the id; `as` says what the run of it is, as in `over another plan`. */
export function runExists(field: string, runId: string, as: string): Fault {
  const message = `${field} names run '${runId}', which was opened before ${as}; choose another id, or none`
  return new Fault('RUN_EXISTS', message, { detail: { field } })
}

/** What a run that is there is other than this rerun of run `of`; undefined: it is that very rerun. */
export function otherThanRerun(existing: RunView | undefined, of: string, rerun: Rerun): string | undefined {
  const opened = existing?.head.opened
  if (existing === undefined || opened === undefined) return 'and ended too long ago to be told from this one'
  if (opened.rerun_of === undefined) return 'and is no rerun'
  if (opened.rerun_of !== of) return `as a rerun of run '${opened.rerun_of}'`
  return isOfSet(existing, rerun) ? undefined : 'as a rerun that loads other objects again'
}

/** What was reused at the opening stays so for ever. */
function isOfSet(existing: RunView, { plan, reused }: Rerun): boolean {
  if (existing.plan.hash !== plan.hash) return false
  const ids = new Set(reused.map(({ objectId }) => objectId))
  return plan.objects.every(({ id }, index) => (existing.stateOf(index) === 'reused') === ids.has(id))
}
