// A child goes on without a parent, or is blocked by one, only as the link between them says (docs/definitions.md).

import type { ObjectReady, RunOpened } from '../../../orchestrator/core/run/run-fact.ts'
import { storyDay } from '../calendar.ts'
import { isOfOldRelease } from '../old-run.ts'
import type { RunBook } from '../oracle/run-book.ts'
import { wrongFacts } from '../oracle/story-books.ts'
import { linksOf } from '../oracle/terms.ts'
import type { Checker } from '../story.ts'

export const linksAreKept: Checker = (story) =>
  wrongFacts(story, 'links are kept', (fact, book, commit) => {
    if (fact.type === 'run-opened') return isOfOldRelease(commit) ? undefined : wrongInstants(fact, book)
    if (fact.type === 'object-ready') return wrongStart(fact, book, commit.at_ms)
    if (fact.type === 'object-blocked') return wrongBlock(fact.object_id, book, commit.at_ms)
    return undefined
  })

/** A child that is tried again goes on with what it began with, however old that is by now. */
function wrongStart({ object_id }: ObjectReady, book: RunBook, atMs: number): readonly string[] {
  const isBegun = book.of(object_id).state === 'retrying'
  return book.linksOf(object_id).flatMap((link) => {
    const { parent, kind } = link
    if (book.isThere(parent)) return []
    if (kind === 'required') return [`goes on without ${parent}, which it needs`]
    if (isBegun) return []
    if (!book.isDispensable(link, atMs)) return [`goes on without ${parent}, and no load of it serves`]
    if (book.isGone(parent) || book.waitEndMs(link) <= atMs) return []
    return [`does not wait for ${parent}, which may still come`]
  })
}

/** Who has gone on without a parent once is not blocked by it: a retry goes on as the attempt before it did. */
function wrongBlock(objectId: string, book: RunBook, atMs: number): string | undefined {
  if (book.of(objectId).state === 'retrying') return 'is blocked, and is to be tried again'
  const isBlocked = book
    .linksOf(objectId)
    .some((link) => book.isGone(link.parent) && !book.isDispensable(link, atMs))
  return isBlocked ? undefined : 'is blocked, and can do without all that is gone'
}

function wrongInstants({ wait_until_ms = {} }: RunOpened, { plan }: RunBook): readonly string[] {
  const times = new Set(plan.objects.flatMap((object) => linksOf(object).map(({ waitUntil }) => waitUntil)))
  return [...times].flatMap((time) => {
    const atMs = Date.parse(`${storyDay}T${time}Z`)
    return time === undefined || wait_until_ms[time] === atMs
      ? []
      : [`takes ${wait_until_ms[time]} for ${time}`]
  })
}
