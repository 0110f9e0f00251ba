// Who gets which partition.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coPartition } from '../../../../shared/base/co-partition.ts'
import { seed } from '../../../support/wild-texts.ts'

const upTo = (count: number) => [...Array(count).keys()]

describe('coPartition', () => {
  it('gives the partitions of one number to one member', () => {
    const members = ['b', 'a'].map((memberId) => ({ memberId, topics: ['loaded', 'failed'] }))
    expect(Object.fromEntries(coPartition(members, () => upTo(3)))).toEqual({
      a: { failed: [0, 2], loaded: [0, 2] },
      b: { failed: [1], loaded: [1] },
    })
  })

  it('gives a topic only to members that subscribed to it', () => {
    const members = [
      { memberId: 'a', topics: ['old'] },
      { memberId: 'b', topics: ['old', 'new'] },
    ]
    expect(Object.fromEntries(coPartition(members, () => upTo(2)))).toEqual({
      a: { old: [0] },
      b: { new: [0, 1], old: [1] },
    })
  })

  it('leaves a member without a partition when there are too few', () => {
    const members = ['a', 'b'].map((memberId) => ({ memberId, topics: ['t'] }))
    expect(coPartition(members, () => [0]).get('b')).toEqual({})
  })

  it('gives every partition to exactly one member, evenly, and the same whatever the order of the members', () => {
    const property = fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      (ids, partitions) => {
        const members = ids.map((memberId) => ({ memberId, topics: ['t'] }))
        const shares = coPartition(members, () => upTo(partitions))
        const sizes = ids.map((id) => shares.get(id)?.t?.length ?? 0)
        expect([...shares.values()].flatMap((share) => share.t ?? []).sort((a, b) => a - b)).toEqual(
          upTo(partitions),
        )
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(coPartition([...members].reverse(), () => upTo(partitions))).toEqual(shares)
      },
    )
    fc.assert(property, { seed, numRuns: 100 })
  })
})
