// A run that an older release had opened when it was stopped: what it left in the store and in the journal.

import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { planChunks } from '../../orchestrator/core/graph/plan-chunks.ts'
import { evolve } from '../../orchestrator/core/run/evolve.ts'
import { planRecords } from '../../orchestrator/core/run/journal.ts'
import { Run } from '../../orchestrator/core/run/run.ts'
import type { CommitRecord, RunFact } from '../../orchestrator/core/run/run-fact.ts'
import type { RunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import { summaryOf } from '../../orchestrator/core/run/summary.ts'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import type { EventRecord } from '../../shared/events/event-record.ts'
import { defaultTopics } from '../../shared/events/topics.ts'

/** Whether the commit is one that an older release had made. */
export function isOfOldRelease({ id, run_id }: Pick<CommitRecord, 'id' | 'run_id'>): boolean {
  return id === oldIdIn(run_id)
}

function oldIdIn(runId: string): string {
  return `${runId}-of-old`
}

/** It was killed between the commit and its publication: the plan is journalled, the commit is not. */
export async function leaveOldRun(
  runId: string,
  plan: Plan,
  policy: RunPolicy,
  atMs: number,
  outside: { readonly store: RunStore; readonly append: (records: readonly EventRecord[]) => void },
): Promise<void> {
  const { max_retries, backoff, attempt_timeout_ms, answer_timeout_ms } = policy
  const oldPolicy = { max_retries, backoff, attempt_timeout_ms, answer_timeout_ms, run_timeout_ms: null }
  const facts: readonly RunFact[] = [
    {
      type: 'run-opened',
      plan: plan.hash,
      objects: plan.objects.length,
      tenant: 'default',
      policy: oldPolicy,
    },
    { type: 'object-ready', object_id: plan.objects[0]?.id ?? '', attempt: 1 },
  ]
  const id = oldIdIn(runId)
  const commit: CommitRecord = { v: 1, id, run_id: runId, version: 1, at_ms: atMs, facts }
  const record = JSON.stringify(commit)
  const run = new Run(runId, plan)
  evolve(run, facts, atMs)
  const chunks = planChunks(plan, 400_000)
  const { journal } = defaultTopics
  outside.append(planRecords({ runId, hash: plan.hash, chunks, atMs }, journal))
  await outside.store.savePlan(plan.hash, chunks)
  const summary = summaryOf(run, run.head)
  const prev = undefined
  await outside.store.commit({
    runId,
    basedOn: 0,
    id,
    prev,
    record,
    summary,
    dueAtMs: atMs + 5_000,
    failures: [],
  })
}
