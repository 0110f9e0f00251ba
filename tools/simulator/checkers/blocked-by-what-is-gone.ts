// What blocked an object is still gone at the end: had it come back, the object would have been set free.

import type { RunBook } from '../oracle/run-book.ts'
import { booksOf } from '../oracle/story-books.ts'
import type { Checker } from '../story.ts'

/**
 * By now it may be another parent than the one that blocked it first. What was too old once is so for good: the last
 * commit may be of a clock that is behind the one that said so.
 */
export const blockedByWhatIsGone: Checker = (story) =>
  booksOf(story).flatMap(({ book, commits }) => {
    for (const { facts, at_ms } of commits) for (const fact of facts) book.take(fact, at_ms)
    const latestMs = Math.max(0, ...commits.map(({ at_ms }) => at_ms))
    return blockedByNothing(book, latestMs).map((id) => ({
      rule: 'blocked by what is gone',
      text: `${id} of ${commits.at(-1)?.run_id} ended blocked, and nothing that it needs is gone`,
    }))
  })

function blockedByNothing(book: RunBook, atMs: number): readonly string[] {
  return book.plan.objects.flatMap(({ id }) => {
    if (book.of(id).state !== 'blocked') return []
    const links = book.linksOf(id)
    return links.some((link) => book.isGone(link.parent) && !book.isDispensable(link, atMs)) ? [] : [id]
  })
}
