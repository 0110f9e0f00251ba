// What of a run's past is published again: what nobody published, and Ready events of attempts that have no answer yet.

import type { Topics } from '../../../shared/events/topics.ts'
import { announce } from './announce.ts'
import { type AskedRecord, buildGroupOf } from './build.ts'
import { parseCommit } from './commit-record.ts'
import type { CommitRecord } from './run-fact.ts'
import type { RunView } from './run-view.ts'
import { isStillOut, withoutAnswered } from './still-out.ts'

/** `records`: the stored commits of `run`, from the first to the last it has evolved to. Gives only events that say what they may share. */
export function announcedAgain(
  run: RunView,
  records: readonly string[],
  topics: Topics,
): readonly AskedRecord[] {
  return records.flatMap((record) => {
    const commit = parseCommit(record)
    const facts = commit.facts.filter((fact) => isStillOut(run, fact))
    if (facts.length === 0) return []
    return announce(run, { ...commit, facts }, record, topics).filter(({ build }) => build !== undefined)
  })
}

/**
 * As `announce`, of a commit that somebody else has kept and perhaps not published, when `run` may have gone on since.
 * What was answered is left out; where runs share, others may wait for an attempt that its own run has given up.
 */
export function announcedLate(
  run: RunView,
  commit: CommitRecord,
  record: string,
  topics: Topics,
): readonly AskedRecord[] {
  if (buildGroupOf(run) === undefined) return announce(run, withoutAnswered(run, commit), record, topics)
  return announce(run, commit, record, topics).map((asked) => {
    if (asked.build === undefined) return asked
    const { objectId: object_id, attempt } = asked.build
    const isOut = isStillOut(run, { type: 'object-ready', object_id, attempt })
    return isOut ? asked : { ...asked, build: { ...asked.build, isOver: true } }
  })
}
