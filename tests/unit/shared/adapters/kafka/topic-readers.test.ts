// Who reads a topic is found among the groups of the broker, and is not guessed while they share partitions out.

import kafkajs, { type ConsumerGroupState } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { TopicReaders } from '../../../../../shared/adapters/kafka/topic-readers.ts'

interface SketchedGroup {
  readonly state: ConsumerGroupState
  readonly assignment?: Readonly<Record<string, readonly number[]>>
  /** Of a group that is described as dead: its offset in the topic. */
  readonly offset?: string
}

function adminOf(sketches: Readonly<Record<string, SketchedGroup>>) {
  const described: (readonly string[])[] = []
  const memberOf = (assignment: SketchedGroup['assignment']) => ({
    memberId: 'm',
    clientId: 'c',
    clientHost: 'h',
    memberMetadata: Buffer.alloc(0),
    memberAssignment:
      assignment === undefined
        ? Buffer.alloc(0)
        : kafkajs.AssignerProtocol.MemberAssignment.encode({
            version: 0,
            assignment: Object.fromEntries(
              Object.entries(assignment).map(([topic, partitions]) => [topic, [...partitions]]),
            ),
            userData: Buffer.alloc(0),
          }),
  })
  const admin = {
    listGroups: async () => ({
      groups: [
        ...Object.keys(sketches).map((groupId) => ({ groupId, protocolType: 'consumer' })),
        { groupId: 'a cluster of Connect', protocolType: 'connect' },
      ],
    }),
    describeGroups: async (ids: string[]) => {
      described.push(ids)
      const groups = ids.map((groupId) => {
        const { state, assignment } = sketches[groupId] ?? { state: 'Dead' }
        const members = state === 'Empty' || state === 'Dead' ? [] : [memberOf(assignment)]
        return { groupId, state, members, protocol: '', protocolType: 'consumer', errorCode: 0 }
      })
      return { groups }
    },
    fetchOffsets: async ({ groupId }: { groupId: string }) => {
      const offset = sketches[groupId]?.offset ?? '-1'
      return [{ topic: 't', partitions: [{ partition: 0, offset, metadata: null }] }]
    },
  }
  return { admin, described }
}

describe('the readers of a topic', () => {
  it.each([
    ['a member of a group has a partition of it', true, { a: { state: 'Stable', assignment: { t: [0] } } }],
    ['members have only other topics', false, { a: { state: 'Stable', assignment: { other: [0] } } }],
    ['a member has none of its partitions', false, { a: { state: 'Stable', assignment: { t: [] } } }],
    ['a member has nothing', false, { a: { state: 'Stable' } }],
    ['its group is empty', false, { a: { state: 'Empty' } }],
    ['there are no groups', false, {}],
    ['a group of the newer protocol has offsets in it', true, { a: { state: 'Dead', offset: '7' } }],
    ['a group of the newer protocol has none', false, { a: { state: 'Dead' } }],
  ] as const)('when %s: %s', async (_, isRead, groups) => {
    expect(await new TopicReaders().has(adminOf(groups).admin, 't')).toBe(isRead)
  })

  it('cannot be known while a group shares its partitions out, unless another one reads it', async () => {
    const sharing = { a: { state: 'PreparingRebalance' } } as const
    const readers = new TopicReaders()
    await expect(readers.has(adminOf(sharing).admin, 't')).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
    })
    const both = { ...sharing, b: { state: 'Stable', assignment: { t: [1] } } } as const
    expect(await readers.has(adminOf(both).admin, 't')).toBe(true)
  })

  it('are asked for at the group that was one last, which is one still while it shares partitions out', async () => {
    const readers = new TopicReaders()
    const groups: Record<string, SketchedGroup> = {
      a: { state: 'Stable', assignment: { other: [0] } },
      b: { state: 'Stable', assignment: { t: [0] } },
    }
    const { admin, described } = adminOf(groups)
    await readers.has(admin, 't')
    groups.b = { state: 'CompletingRebalance' }
    expect(await readers.has(admin, 't')).toBe(true)
    expect(described).toEqual([['a', 'b'], ['b']])
    groups.b = { state: 'Empty' }
    expect(await readers.has(admin, 't')).toBe(false)
    expect(described.slice(2)).toEqual([['b'], ['a', 'b']])
  })
})
