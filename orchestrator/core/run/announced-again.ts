// The Ready events of attempts that have no answer yet, out of all that a run ever said.

import type { Topics } from '../../../shared/events/topics.ts'
import { announce } from './announce.ts'
import type { AskedRecord } from './build.ts'
import { parseCommit } from './commit-record.ts'
import type { RunView } from './run-view.ts'
import { isStillOut } from './still-out.ts'

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
