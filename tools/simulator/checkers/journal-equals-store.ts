// The journal says of every run what the store says at the end, and nothing that was never decided.

import type { CommitRecord } from '../../../orchestrator/core/run/run-fact.ts'
import type { Checker, JournalEntry, Story, Violation } from '../story.ts'

/**
 * A store that lost commits gives up a branch of a run, and the branch may stand in the journal. What counts is
 * the chain that the journal's order gives: of the commits that were made on one, the first, and of those that
 * close a run for a rebuild only the one whose claim is the last.
 */
export const journalEqualsStore: Checker = (story) => {
  const kept = new Map(story.everKept.map((commit) => [commit.id, JSON.stringify(commit.facts)]))
  const violations = story.journal
    .filter((entry) => 'facts' in entry)
    .flatMap((record) => untrue(record, kept.get(record.id)))
  for (const runId of story.plans.keys()) violations.push(...otherChain(story, runId))
  return violations
}

function untrue(record: CommitRecord, kept: string | undefined): readonly Violation[] {
  // Whoever restores a run closes what was lost with a commit without facts, which he gives the store himself.
  if (kept === undefined && record.facts.length === 0) return []
  if (kept === undefined) return [violation(`${nameOf(record)} is in the journal and was never kept`)]
  if (kept === JSON.stringify(record.facts)) return []
  return [violation(`${nameOf(record)} differs between store and journal`)]
}

function otherChain(story: Story, runId: string): readonly Violation[] {
  const stored = story.commits.filter((commit) => commit.run_id === runId)
  const journalled = chainOf(story.journal.filter((commit) => commit.run_id === runId))
  const violations: Violation[] = []
  for (const [index, commit] of stored.entries()) {
    if (journalled[index]?.id !== commit.id)
      violations.push(violation(`${nameOf(commit)} was kept and is not in the journal`))
  }
  for (const commit of journalled.slice(stored.length))
    violations.push(violation(`${nameOf(commit)} counts in the journal and is not in the store`))
  return violations
}

function chainOf(entries: readonly JournalEntry[]): readonly CommitRecord[] {
  const first = new Map<string, CommitRecord>()
  const claims: string[] = []
  for (const entry of entries) {
    if (!('facts' in entry)) {
      if (!claims.includes(entry.rebuild)) claims.push(entry.rebuild)
    } else if (!first.has(entry.prev ?? '') && (entry.rebuild ?? claims.at(-1)) === claims.at(-1)) {
      first.set(entry.prev ?? '', entry)
    }
  }
  const chain: CommitRecord[] = []
  for (let next = first.get(''); next !== undefined; next = first.get(next.id)) chain.push(next)
  return chain
}

function nameOf(commit: CommitRecord): string {
  return `commit ${commit.version} of ${commit.run_id}`
}

function violation(text: string): Violation {
  return { rule: 'journal equals store', text }
}
