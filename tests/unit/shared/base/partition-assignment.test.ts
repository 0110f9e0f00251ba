// What of an assignment is committed, and that nothing counts once it has ended.

import { describe, expect, it } from 'vitest'
import { PartitionAssignment } from '../../../../shared/base/partition-assignment.ts'

function assigned() {
  const completions: string[] = []
  const assignment = new PartitionAssignment(({ topic, partition }) =>
    completions.push(`${topic}/${partition}`),
  )
  return { assignment, completions }
}

describe('PartitionAssignment', () => {
  it('asks to commit what moved, once', () => {
    const { assignment } = assigned()
    const [a, b] = [assignment.hold('t', 0, 5), assignment.hold('t', 1, 0)]
    const number = a.tracker.take(5)
    b.tracker.take(0)
    expect(assignment.uncommitted()).toBeUndefined()
    a.complete(number)
    const uncommitted = assignment.uncommitted()
    expect(uncommitted?.request).toEqual({
      topics: [{ topic: 't', partitions: [{ partition: 0, offset: '6' }] }],
    })
    expect(assignment.uncommitted()).toBeDefined()
    uncommitted?.keep()
    expect(assignment.uncommitted()).toBeUndefined()
  })

  it('asks again for what was completed while a commit was on its way', () => {
    const { assignment } = assigned()
    const held = assignment.hold('t', 0, 0)
    const numbers = [0, 1].map((offset) => held.tracker.take(offset))
    held.complete(numbers[0] as number)
    const first = assignment.uncommitted()
    held.complete(numbers[1] as number)
    first?.keep()
    expect(assignment.uncommitted()?.request.topics[0]?.partitions).toEqual([{ partition: 0, offset: '2' }])
  })

  it('counts a completion once, and none after its end', () => {
    const { assignment, completions } = assigned()
    const held = assignment.hold('t', 3, 0)
    assignment.inFlight = 2
    const numbers = [0, 1].map((offset) => held.tracker.take(offset))
    held.complete(numbers[0] as number)
    held.complete(numbers[0] as number)
    expect([completions, assignment.inFlight]).toEqual([['t/3'], 1])
    assignment.end()
    held.complete(numbers[1] as number)
    expect([completions, assignment.inFlight, assignment.isCurrent]).toEqual([['t/3'], 1, false])
    expect(held.tracker.watermark).toBe(1)
  })

  it('holds a partition from where it was first met', () => {
    const { assignment } = assigned()
    const held = assignment.hold('t', 0, 4)
    expect(assignment.hold('t', 0, 9)).toBe(held)
    expect([...assignment.held()]).toEqual([held])
  })
})
