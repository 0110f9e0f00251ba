// A run of the store as the API shows it.

import type { RunResource } from '../../shared/api/run-resource.ts'
import type { RunSummary } from '../ports/run-store.ts'

export function runResourceOf(summary: RunSummary): RunResource {
  const { waiting, ready, loaded, failed, blocked, reused, cancelled, skipped = 0 } = summary.counts
  return {
    run_id: summary.runId,
    state: summary.state,
    tenant: summary.tenant,
    workflow: summary.workflow,
    business_date: summary.businessDate,
    plan: summary.plan,
    objects: summary.objects,
    opened_at: instant(summary.openedAtMs),
    ended_at: summary.endedAtMs === null ? null : instant(summary.endedAtMs),
    paused: summary.isPaused ?? false,
    paused_by: summary.paused?.by ?? null,
    pause_reason: summary.paused?.reason ?? null,
    rerun_of: summary.rerunOf ?? null,
    rerun_by: summary.rerun?.by ?? null,
    rerun_reason: summary.rerun?.reason ?? null,
    ended_by: summary.endedEarly?.by ?? null,
    end_reason: summary.endedEarly?.reason ?? null,
    counts: { waiting, ready, loaded, failed, blocked, reused, cancelled, skipped },
  }
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString()
}
