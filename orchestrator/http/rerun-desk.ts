// Runs of what failed in another run: says exactly what would be loaded again, and opens it.

import type { RerunAnswer, RerunBody, RerunPlan } from '../../shared/api/command-resource.ts'
import { Fault } from '../../shared/base/fault.ts'
import type { Plan } from '../core/graph/plan.ts'
import { type Rerun, rerunOf } from '../core/run/rerun.ts'
import type { Run } from '../core/run/run.ts'
import { otherThanRerun, runExists } from '../core/run/run-exists.ts'
import type { RunOpened } from '../core/run/run-fact.ts'
import { runNotKept } from '../core/run/unknown.ts'
import type { RerunOf } from '../services/run-opener.ts'
import type { ApiParts } from './api-parts.ts'
import { anonymous } from './command-desk.ts'
import { type LateParts, lateFault, longestAskMs } from './late-fault.ts'
import { within } from './within.ts'

export type RerunDeskParts = Pick<ApiParts, 'conductor' | 'opener' | 'store' | 'newRunId' | 'logger'> &
  LateParts

const longestOpeningMs = 15_000 - longestAskMs

export class RerunDesk {
  readonly #parts: RerunDeskParts

  constructor(parts: RerunDeskParts) {
    this.#parts = parts
  }

  /**
   * Opens nothing when there is nothing to load again. Rejects with RUN_UNKNOWN, OBJECT_UNKNOWN, RUN_EXISTS when its
   * `run_id` is that of another run, or a retryable fault.
   */
  async rerun(runId: string, body: RerunBody): Promise<RerunPlan | RerunAnswer> {
    const run = await this.#timely(runId, this.#parts.conductor.look(runId))
    const opened = run?.head.opened
    if (run === undefined || opened === undefined) throw runNotKept(runId)
    const rerun = chosen(run, body)
    const planned = planOf(runId, rerun)
    if (rerun === undefined) return planned
    if (body.dry_run === true) {
      if (body.run_id !== undefined) await this.#assertNoOther(body.run_id, runId, rerun)
      return planned
    }
    const newId = body.run_id ?? this.#parts.newRunId()
    const isOpened = await this.#open(newId, opened, rerunRequest(runId, opened, rerun, body), rerun.plan)
    if (!isOpened) await this.#assertNoOther(newId, runId, rerun)
    return { run_id: newId, ...planned, opened: isOpened }
  }

  /** Throws RUN_EXISTS when there is a run of this id that is not this very rerun. */
  async #assertNoOther(newId: string, of: string, rerun: Rerun): Promise<void> {
    const { store, conductor } = this.#parts
    if ((await this.#timely(newId, store.summary(newId))) === undefined) return
    const other = otherThanRerun(await this.#timely(newId, conductor.look(newId)), of, rerun)
    if (other !== undefined) throw runExists('body.run_id', newId, other)
  }

  async #open(runId: string, opened: RunOpened, rerun: RerunOf, plan: Plan): Promise<boolean> {
    const { tenant, policy, workflow, business_date: businessDate } = opened
    const opening = this.#parts.opener.open({
      ...{ runId, plan, tenant, policy, reuse: 'none', rerun },
      ...(workflow === undefined ? {} : { workflow }),
      ...(businessDate === undefined ? {} : { businessDate }),
    })
    const outcome = await this.#timely(runId, opening)
    const { of, by, reason } = rerun
    if (outcome === 'opened')
      this.#parts.logger.info('rerun opened over the API', { run_id: runId, rerun_of: of, by, reason })
    return outcome === 'opened'
  }

  #timely<Outcome>(runId: string, outcome: Promise<Outcome>): Promise<Outcome> {
    const advice = `it is not known yet whether the rerun is open: look with GET /api/v1/runs, or send the same again with run_id '${runId}'`
    return within(this.#parts.clock, longestOpeningMs, outcome, () => lateFault(this.#parts, advice, runId))
  }
}

function rerunRequest(
  of: string,
  { wait_until_ms }: RunOpened,
  { reused }: Rerun,
  { by = anonymous, reason }: RerunBody,
): RerunOf {
  return {
    ...{ of, reused, by },
    ...(reason === undefined ? {} : { reason }),
    ...(wait_until_ms === undefined ? {} : { waitUntilMs: wait_until_ms }),
  }
}

function planOf(of: string, rerun: Rerun | undefined): RerunPlan {
  const { again, reused } = rerun ?? { again: [], reused: [] }
  const objects = again.map(({ id, name = null, was, reason, of = null }) => ({ id, name, was, reason, of }))
  return { rerun_of: of, opened: false, objects, reused: reused.length }
}

/** Undefined: there is nothing to run again. */
function chosen(run: Run, { failed = false, objects = [], with_downstream = false }: RerunBody) {
  if (!failed && objects.length === 0)
    throw new Fault('REQUEST_INVALID', 'body needs failed (true), or objects (their ids), or both')
  const rerun = rerunOf(run, { failed, objectIds: objects, withDownstream: with_downstream })
  if (!rerun.ok) throw rerun.reason
  return rerun.value
}
