// The journal says of every run what the store says: each commit at least once, none that was not kept, none skipped.

import type { CommitRecord } from '../../../orchestrator/core/run/run-fact.ts'
import type { Checker, Violation } from '../story.ts'

export const journalEqualsStore: Checker = (story) => {
  const kept = new Map(story.commits.map((commit) => [nameOf(commit), JSON.stringify(commit.facts)]))
  const journalled = new Map(story.journal.map((commit) => [nameOf(commit), JSON.stringify(commit.facts)]))
  const violations: Violation[] = []
  for (const [name, facts] of kept) {
    if (!journalled.has(name)) violations.push(violation(`${name} was kept and is not in the journal`))
    else if (journalled.get(name) !== facts)
      violations.push(violation(`${name} differs between store and journal`))
  }
  for (const name of journalled.keys()) {
    if (!kept.has(name)) violations.push(violation(`${name} is in the journal and was never kept`))
  }
  return violations
}

function nameOf(commit: CommitRecord): string {
  return `commit ${commit.version} of ${commit.run_id}`
}

function violation(text: string): Violation {
  return { rule: 'journal equals store', text }
}
