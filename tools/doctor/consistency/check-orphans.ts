// What Redis keeps that belongs to nobody: counters, plans, outcomes without their beginning.

import type { SeenPlan, SeenRun } from '../../../orchestrator/ports/store-inspection.ts'
import { type Finding, found } from './finding.ts'
import type { JournalledChain } from './journalled-chain.ts'

/** Counters of a run that has ended are for operators, and go by themselves. */
export function checkCounters({ runId, head, counters, ids }: SeenRun): readonly Finding[] {
  if (counters === undefined) return []
  const isOfNobody = head === undefined && ids.length === 0
  const isForEver = head?.hasEnded === true && counters.leftMs === Number.POSITIVE_INFINITY
  if (!isOfNobody && !isForEver) return []
  const whose = isOfNobody ? 'there is no such run' : 'the run has ended, and they would stay for ever'
  return [
    found('COUNTERS_ORPHANED', {
      state: 'warn',
      subject: `run ${runId}`,
      message: `Redis has retry counters of ${counters.count} of its objects: ${whose}`,
      advice: 'millefeuille doctor --fix removes them',
      repair: { kind: 'forget-counters', runId },
    }),
  ]
}

/** A plan that expires goes by itself; of others only those that no run uses. */
export function checkPlan({ hash, leftMs }: SeenPlan, used: ReadonlySet<string>): readonly Finding[] {
  if (used.has(hash) || leftMs !== Number.POSITIVE_INFINITY) return []
  return [
    found('PLAN_ORPHANED', {
      state: 'warn',
      subject: `plan ${hash}`,
      message: 'no run uses it, and Redis would keep it for ever',
      advice: 'millefeuille doctor --fix removes it',
      repair: { kind: 'forget-plan', plan: hash },
    }),
  ]
}

export function checkOutcomes({ runId, unannounced }: JournalledChain): readonly Finding[] {
  return unannounced.map((objectId) =>
    found('OUTCOME_WITHOUT_READY', {
      state: 'fail',
      subject: `object ${objectId} of run ${runId}`,
      message: 'the journal has an outcome of it and never announced it',
      advice:
        'somebody else writes to the journal topic, or it has lost records; report it as a defect if neither is so; --fix leaves it: facts are never changed',
      repair: null,
    }),
  )
}

/** The plan of a run that goes on is where a rebuild and a replica look for it. */
export function checkPlanOfRun(
  runId: string,
  plan: string,
  has: { readonly store: boolean; readonly journal: boolean },
): readonly Finding[] {
  const subject = `run ${runId}`
  if (!has.store) {
    const message = `Redis lacks its plan ${plan}, ${has.journal ? 'the journal has it' : 'and so does the journal'}`
    const advice = has.journal
      ? 'millefeuille doctor --fix puts it back'
      : 'the run cannot go on: cancel it, and run its definition again'
    const repair = has.journal ? ({ kind: 'store-plan', runId, plan } as const) : null
    return [found('PLAN_NOT_STORED', { state: 'fail', subject, message, advice, repair })]
  }
  if (has.journal) return []
  const message = `the journal lacks its plan ${plan}: without Redis the run could not be rebuilt`
  const advice = 'millefeuille doctor --fix journals it again'
  const repair = { kind: 'journal-plan', runId, plan } as const
  return [found('PLAN_NOT_JOURNALLED', { state: 'fail', subject, message, advice, repair })]
}
