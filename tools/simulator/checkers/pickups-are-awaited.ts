// An attempt is given up as not picked up only when the time was over in which somebody was to begin it.

import type { CommitRecord, ObjectRetryScheduled, RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { wrongFacts } from '../oracle/story-books.ts'
import type { Checker, Story } from '../story.ts'

/** What was seen before a clock was set, or a store lost its data, is decided this long after it at most. */
const afterwardsMs = 20_000

/** Who waits for the load of another run is told what becomes of that, however long he has waited: such stories are not looked at. */
export const pickupsAreAwaited: Checker = (story) => {
  if (story.isShared) return []
  return wrongFacts(story, 'pickups are awaited', (fact, book, commit) => {
    if (!isUnpicked(fact) || isTroubled(story, commit)) return undefined
    const { attempt, sinceMs } = book.of(fact.object_id)
    const { pickupMs } = book.patienceOf(fact.object_id)
    const waitedMs = commit.at_ms - sinceMs
    if (attempt !== fact.attempt || waitedMs >= pickupMs) return undefined
    return `is given up after ${waitedMs} ms, and somebody had ${pickupMs} to begin it`
  })
}

function isUnpicked(fact: RunFact): fact is ObjectRetryScheduled {
  return fact.type === 'object-retry-scheduled' && fact.error.detail === 'nobody had begun it in time'
}

function isTroubled({ leaseTroubles, keptAtMs }: Story, { id }: CommitRecord): boolean {
  const atMs = keptAtMs.get(id) ?? 0
  return leaseTroubles
    .filter(({ worker }) => worker === null || worker.startsWith('orchestrator'))
    .some((trouble) => trouble.atMs <= atMs && trouble.atMs > atMs - afterwardsMs)
}
