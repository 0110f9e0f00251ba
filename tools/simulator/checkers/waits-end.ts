// Who waits for a parent until a time of day goes on with the first look that its run takes at the clock after it.

import type { CommitRecord } from '../../../orchestrator/core/run/run-fact.ts'
import { type Zone, zoneOf } from '../../../shared/base/layer.ts'
import type { RunBook } from '../oracle/run-book.ts'
import { booksOf } from '../oracle/story-books.ts'
import type { Checker } from '../story.ts'

/** A retry that is announced shows such a look, and that nothing held the zone then. */
export const waitsEnd: Checker = (story) =>
  booksOf(story).flatMap(({ book, commits }) =>
    commits.flatMap((commit) => {
      const zones = retriedZones(commit, book)
      for (const fact of commit.facts) book.take(fact, commit.at_ms)
      return forgotten(book, commit.at_ms, zones).map((id) => ({
        rule: 'waits end',
        text: `${id} of ${commit.run_id} still waits after commit ${commit.version}, and its time is over`,
      }))
    }),
  )

function retriedZones({ facts }: CommitRecord, book: RunBook): ReadonlySet<Zone> {
  const retried = facts.filter((fact) => {
    if (fact.type !== 'object-ready') return false
    const { state, dueAtMs, sinceMs } = book.of(fact.object_id)
    // One that was lost is announced at once, whatever the time.
    return state === 'retrying' && dueAtMs > sinceMs
  })
  return new Set(retried.flatMap((fact) => ('object_id' in fact ? zoneIn(book, fact.object_id) : [])))
}

function forgotten(book: RunBook, atMs: number, zones: ReadonlySet<Zone>): readonly string[] {
  if (zones.size === 0) return []
  return book.plan.objects.flatMap(({ id, layer }) => {
    const { state, isSetBack } = book.of(id)
    // Who was set back is found by another look, over the whole plan.
    if (state !== 'waiting' || isSetBack || !zones.has(zoneOf(layer))) return []
    const lacking = book.linksOf(id).filter(({ parent }) => !book.isThere(parent))
    const isOver = lacking.every(
      (link) => book.isDispensable(link, atMs) && (book.isGone(link.parent) || book.waitEndMs(link) <= atMs),
    )
    const isTimed = lacking.some((link) => isBetween(book.waitEndMs(link), book.openedAtMs, atMs))
    return isOver && isTimed ? [id] : []
  })
}

function isBetween(ms: number, afterMs: number, untilMs: number): boolean {
  return ms > afterMs && ms <= untilMs
}

function zoneIn({ plan }: RunBook, objectId: string): readonly Zone[] {
  const object = plan.objects[plan.indexOf.get(objectId) ?? -1]
  return object === undefined ? [] : [zoneOf(object.layer)]
}
