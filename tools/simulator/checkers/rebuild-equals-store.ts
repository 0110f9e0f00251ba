// What the house would rebuild from the journal is what the store holds: the same commits, and the same state of each run.

import { replay } from '../../../orchestrator/core/run/commit-record.ts'
import { JournalFold, type JournalledRun } from '../../../orchestrator/core/run/journal-fold.ts'
import { Run } from '../../../orchestrator/core/run/run.ts'
import { summaryOf } from '../../../orchestrator/core/run/summary.ts'
import { messageOf } from '../../../shared/base/fault.ts'
import type { Checker, Story, Violation } from '../story.ts'

export const rebuildEqualsStore: Checker = (story) => {
  const fold = new JournalFold()
  for (const value of story.journalValues) fold.take(value)
  return [...story.opened].flatMap((runId) => differences(story, runId, fold.run(runId)))
}

function differences(story: Story, runId: string, rebuilt: JournalledRun | undefined): readonly Violation[] {
  const stored = story.commits.filter(({ run_id }) => run_id === runId)
  const plan = story.plans.get(runId)
  const summary = story.summaries.find((one) => one.runId === runId)
  if (rebuilt === undefined || plan === undefined) return [violation(`${runId} is not in the journal`)]
  if (rebuilt.chunks === undefined) return [violation(`the journal lacks the plan of ${runId}`)]
  if (rebuilt.records.length !== stored.length || rebuilt.last !== stored.at(-1)?.id)
    return [violation(`${runId} has ${stored.length} commits, ${rebuilt.records.length} would be rebuilt`)]
  const run = new Run(runId, plan)
  try {
    replay(run, rebuilt.records)
  } catch (error) {
    return [violation(`${runId} cannot be rebuilt: ${messageOf(error)}`)]
  }
  const again = summaryOf(run, run.head)
  if (again.state === summary?.state && countsOf(again.counts) === countsOf(summary.counts)) return []
  return [
    violation(`${runId} is ${JSON.stringify(summary)} and would be rebuilt as ${JSON.stringify(again)}`),
  ]
}

function countsOf(counts: object): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return some
    .map(([state, count]) => `${state} ${count}`)
    .sort()
    .join()
}

function violation(text: string): Violation {
  return { rule: 'rebuild equals store', text }
}
