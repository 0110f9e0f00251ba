// What `run` says of runs that a process before it left unfinished, or that were cancelled in it.

import type { PlannedGraph } from '../../orchestrator/core/graph/define-plan.ts'
import { defaultTenant } from '../../orchestrator/core/schedule/run-name.ts'
import type { RunResource } from '../../shared/api/run-resource.ts'
import { utcText } from '../run-report.ts'

interface Wanted {
  readonly runId?: string
  readonly tenant?: string
}

/**
 * The newest of the runs that is what is wanted now: whoever says the same again means that one, unless he names another.
 * What differs is another run, also when it has the id that is wanted.
 */
export function cutOff(
  goingOn: readonly RunResource[],
  { plan }: PlannedGraph,
  { runId, tenant = defaultTenant }: Wanted,
): RunResource | undefined {
  const isSame = (run: RunResource) =>
    run.plan === plan.hash && run.tenant === tenant && run.workflow === null && run.rerun_of === null
  return goingOn.find((run) => isSame(run) && (runId === undefined || run.run_id === runId))
}

/** One line for each run that goes on; `followed` is one of them. */
export function goingOnLines(
  goingOn: readonly RunResource[],
  followed: RunResource | undefined,
): readonly string[] {
  return goingOn.map((run) => {
    const { run_id, opened_at, counts, objects } = run
    const what = `run ${run_id} of ${utcText(opened_at)} UTC was cut off with ${counts.loaded} of ${objects} objects loaded`
    return run === followed
      ? `${what}: it goes on, and is followed (another one: --run-id NEW)`
      : `${what}: it goes on beside this one, and at the next start if this one ends first`
  })
}

/** What helps where a run of this process was cancelled; what is not kept anywhere can only be loaded anew. */
export function cancelledLine(runId: string, isKept: boolean): string {
  if (!isKept)
    return 'the run is cancelled for good, and nothing of it is kept: run it again to load all anew'
  return `the run is cancelled for good. To load what it gave up: millefeuille start (in the same folder), and beside it millefeuille rerun ${runId} --failed`
}
