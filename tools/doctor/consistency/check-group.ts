// Whether a consumer group has come where it should have, and somebody is in it.

import { type Finding, found } from './finding.ts'

export interface SeenPosition {
  readonly topic: string
  readonly partition: number
  /** Undefined: the group has not committed any. */
  readonly committed: number | undefined
  readonly start: number
  readonly end: number
}

export interface SeenGroup {
  readonly group: string
  readonly members: number
  readonly positions: readonly SeenPosition[]
}

/** Records that wait while somebody reads them are no trouble up to here. */
const unremarkableLag = 1_000

export function checkGroup(seen: SeenGroup): readonly Finding[] {
  const { group, positions } = seen
  const ranges = positions.flatMap((position) => checkRange(seen, position))
  const lag = positions.reduce((sum, position) => sum + lagOf(position), 0)
  const gone = positions.filter(({ committed, end }) => committed === undefined && end > 0)
  const hasCommitted = positions.some(({ committed }) => committed !== undefined)
  const subject = `group ${group}`
  const others: Finding[] = []
  if (gone.length > 0 && hasCommitted) {
    const message = `it has no offset for ${gone.length} partitions with records: it begins with the oldest`
    const advice =
      'nothing is lost, what was answered before is answered again; offsets.retention.minutes of Kafka should be longer than any pause'
    others.push(found('GROUP_OFFSETS_GONE', { state: 'warn', subject, message, advice, repair: null }))
  }
  if (seen.members === 0) others.push(withoutMembers(subject, lag))
  else if (lag > unremarkableLag) {
    const message = `${lag} records wait for it, ${seen.members} members read`
    const advice = 'start more of them if the number grows'
    others.push(found('GROUP_LAGS', { state: 'warn', subject, message, advice, repair: null }))
  }
  return [...ranges, ...others]
}

/** How many records wait for the group. */
export function lagOf({ committed, start, end }: SeenPosition): number {
  return Math.max(0, end - Math.max(committed ?? start, start))
}

function withoutMembers(subject: string, lag: number): Finding {
  const message = lag === 0 ? 'nobody is in it' : `nobody is in it, and ${lag} records wait for it`
  const advice = 'start its program: an orchestrator, or a worker of the zone'
  const state = lag === 0 ? 'warn' : 'fail'
  return found('GROUP_WITHOUT_MEMBERS', { state, subject, message, advice, repair: null })
}

function checkRange({ group, members }: SeenGroup, position: SeenPosition): readonly Finding[] {
  const { topic, partition, committed, start, end } = position
  if (committed === undefined || (committed >= start && committed <= end)) return []
  const message =
    committed > end
      ? `its offset in ${topic}/${partition} is ${committed}, and the log ends at ${end}: the topic was made anew, or its end was lost`
      : `its offset in ${topic}/${partition} is ${committed}, and the log begins at ${start}: ${start - committed} records were deleted before they were read`
  // Kafka lets nobody move a group that somebody is in, and its members begin with the oldest by themselves.
  const repair =
    members > 0 ? null : ({ kind: 'move-offset', group, topic, partition, offset: start } as const)
  const advice =
    repair === null
      ? 'its members begin with the oldest record by themselves: repeats do no harm'
      : 'millefeuille doctor --fix moves it to the oldest record: repeats do no harm'
  return [found('GROUP_OUT_OF_RANGE', { state: 'fail', subject: `group ${group}`, message, advice, repair })]
}
