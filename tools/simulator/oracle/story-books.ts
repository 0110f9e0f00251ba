// Reads the facts of a story run by run, each in the light of those before it.

import type { CommitRecord, RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { assert } from '../../../shared/base/assert.ts'
import type { Story, Violation } from '../story.ts'
import { RunBook } from './run-book.ts'
import type { Patience } from './terms.ts'

/** A book for each run that has a plan, empty, with the commits that are to be written into it. */
export function booksOf(
  story: Story,
): readonly { readonly book: RunBook; readonly commits: readonly CommitRecord[] }[] {
  return [...story.plans].map(([runId, plan]) => ({
    book: new RunBook(plan, story.policy),
    commits: story.commits.filter(({ run_id }) => run_id === runId),
  }))
}

/** What is wrong with a fact, in the light of all that was said before it; each with the object and the run. */
export function wrongFacts(
  story: Story,
  rule: string,
  wrongIn: (fact: RunFact, book: RunBook, commit: CommitRecord) => readonly string[] | string | undefined,
): readonly Violation[] {
  return booksOf(story).flatMap(({ book, commits }) =>
    commits.flatMap((commit) =>
      commit.facts.flatMap((fact) => {
        const wrong = [wrongIn(fact, book, commit) ?? []].flat()
        book.take(fact, commit.at_ms)
        const who = 'object_id' in fact ? `${fact.object_id} of ${commit.run_id}` : commit.run_id
        return wrong.map((text) => ({ rule, text: `${who} ${text} (commit ${commit.version})` }))
      }),
    ),
  )
}

/** How patient each object's run is with it: what it was opened with counts. */
export function patienceIn(story: Story): (runId: string, objectId: string) => Patience {
  const books = new Map([...story.plans].map(([runId, plan]) => [runId, new RunBook(plan, story.policy)]))
  for (const { run_id, facts, at_ms } of story.commits)
    for (const fact of facts) if (fact.type === 'run-opened') books.get(run_id)?.take(fact, at_ms)
  return (runId, objectId) => {
    const book = books.get(runId)
    assert(book !== undefined, `${runId} has a plan`)
    return book.patienceOf(objectId)
  }
}
