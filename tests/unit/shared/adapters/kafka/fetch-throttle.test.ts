// What is paused and resumed, and when.

import { describe, expect, it } from 'vitest'
import { FetchThrottle, type TopicPartitions } from '../../../../../shared/adapters/kafka/fetch-throttle.ts'
import { PartitionAssignment } from '../../../../../shared/base/partition-assignment.ts'

const everything = [{ topic: 'a' }, { topic: 'b' }]

function throttled() {
  const done: { readonly [what: string]: TopicPartitions[] }[] = []
  const throttle = new FetchThrottle(
    { topics: ['a', 'b'], maxInFlight: 10, maxSpan: 4 },
    { pause: (what) => done.push({ pause: what }), resume: (what) => done.push({ resume: what }) },
  )
  return { throttle, done }
}

function held(records: number) {
  const partition = new PartitionAssignment(() => {}).hold('a', 2, 0)
  for (let offset = 0; offset < records; offset++) partition.tracker.take(offset)
  return partition
}

describe('FetchThrottle', () => {
  it('pauses all topics above the limit once, and resumes them below half of it once', () => {
    const { throttle, done } = throttled()
    for (const inFlight of [10, 11, 12, 6, 5, 4, 3]) throttle.update(inFlight)
    expect(done).toEqual([{ pause: everything }, { resume: everything }])
  })

  it('rests one partition that is too wide, and wakes it when it is half as wide', () => {
    const { throttle, done } = throttled()
    const wide = held(5)
    throttle.restIfWide(held(4))
    throttle.restIfWide(wide)
    throttle.restIfWide(wide)
    const rest = [{ topic: 'a', partitions: [2] }]
    expect(done).toEqual([{ pause: rest }])
    for (const number of [0, 1]) wide.complete(number)
    throttle.update(3)
    expect(done).toHaveLength(1)
    wide.complete(2)
    throttle.update(2)
    expect(done.slice(1)).toEqual([{ resume: rest }])
  })

  it('resumes everything for a new assignment, also what rested', () => {
    const { throttle, done } = throttled()
    throttle.restIfWide(held(5))
    throttle.reset()
    throttle.update(0)
    expect(done.slice(1)).toEqual([{ resume: everything }])
  })

  it('stays paused once it was shut, also over a new assignment', () => {
    const { throttle, done } = throttled()
    throttle.shut()
    throttle.update(0)
    throttle.reset()
    throttle.update(0)
    expect(done).toEqual([{ pause: everything }, { resume: everything }, { pause: everything }])
  })
})
