// The journal says of every run what the store says: each commit at least once, none that was not kept, none skipped.

import type { CommitRecord } from '../../../orchestrator/core/run/run-fact.ts'
import type { Checker, Violation } from '../story.ts'

export const journalEqualsStore: Checker = (story) => {
  const kept = new Map(story.commits.map((commit) => [nameOf(commit), JSON.stringify(commit.facts)]))
  const journalled = new Set(story.journal.map(nameOf))
  const missing = [...kept.keys()].filter((name) => !journalled.has(name))
  return [
    ...missing.map((name) => violation(`${name} was kept and is not in the journal`)),
    // Each record, not each name: what comes twice must be the same both times.
    ...story.journal.flatMap((record) => untrue(record, kept.get(nameOf(record)))),
  ]
}

function untrue(record: CommitRecord, kept: string | undefined): readonly Violation[] {
  if (kept === undefined) return [violation(`${nameOf(record)} is in the journal and was never kept`)]
  if (kept === JSON.stringify(record.facts)) return []
  return [violation(`${nameOf(record)} differs between store and journal`)]
}

function nameOf(commit: CommitRecord): string {
  return `commit ${commit.version} of ${commit.run_id}`
}

function violation(text: string): Violation {
  return { rule: 'journal equals store', text }
}
