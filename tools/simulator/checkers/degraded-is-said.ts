// What an object goes on without is said exactly: when it starts, when it is loaded, by all below it, and by its run.

import type { ObjectReady } from '../../../orchestrator/core/run/run-fact.ts'
import type { Degradation } from '../../../shared/events/degradation.ts'
import type { RunBook } from '../oracle/run-book.ts'
import { wrongFacts } from '../oracle/story-books.ts'
import type { LinkTerms } from '../oracle/terms.ts'
import type { Checker } from '../story.ts'

export const degradedIsSaid: Checker = (story) =>
  wrongFacts(story, 'degraded is said', (fact, book) => {
    if (fact.type === 'object-ready') return differenceOf(fact.degraded, expectedOf(fact, book))
    if (fact.type === 'object-loaded') return differenceOf(fact.degraded, book.of(fact.object_id).degraded)
    if (fact.type !== 'run-ended') return undefined
    const count = book.plan.objects.filter(({ id }) => book.of(id).degraded.length > 0).length
    return (fact.degraded ?? 0) === count ? undefined : `says ${fact.degraded} are degraded, and ${count} are`
  })

/** Its own, and of parents that are there what they went on without themselves. */
function expectedOf({ object_id }: ObjectReady, book: RunBook): readonly Degradation[] {
  return book.linksOf(object_id).flatMap((link) => {
    const own = ownOf(object_id, link, book)
    return own === undefined ? book.of(link.parent).degraded : [own]
  })
}

function ownOf(child: string, { parent, kind }: LinkTerms, book: RunBook): Degradation | undefined {
  const { state } = book.of(parent)
  if (state === 'skipped') return { parent, child, reason: 'skipped' }
  if (book.isThere(parent)) return undefined
  const ofGone = state === 'blocked' ? 'blocked' : 'failed'
  const load = kind === 'stale-ok' ? book.lastLoads.get(parent) : undefined
  const reason = book.isGone(parent) ? ofGone : 'late'
  return { parent, child, reason, ...(load === undefined ? {} : { loaded_at_ms: load.loaded_at_ms }) }
}

function differenceOf(
  said: readonly Degradation[] = [],
  expected: readonly Degradation[],
): string | undefined {
  const [one, other] = [namesOf(said), namesOf(expected)]
  return one === other ? undefined : `says that it goes on without [${one}], and it is [${other}]`
}

function namesOf(some: readonly Degradation[]): string {
  const names = some.map(
    ({ parent, child, reason, loaded_at_ms = 'none' }) => `${parent}>${child} ${reason} ${loaded_at_ms}`,
  )
  return [...new Set(names)].sort().join(', ')
}
