// Gives the partitions of one number, of every topic, to the same member of a group.

import kafkajs, { type PartitionAssigner } from 'kafkajs'

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol

export interface GroupSubscription {
  readonly memberId: string
  readonly topics: readonly string[]
}

/**
 * Partition p of each topic goes to member p modulo n of the members that subscribed to the topic, in the
 * order of their ids. With equal subscriptions and partition counts, records of one key meet in one
 * process whatever their topic, so that one conductor sees both the loaded and the failed of its runs.
 */
export function coPartition(
  members: readonly GroupSubscription[],
  partitionsOf: (topic: string) => readonly number[],
): ReadonlyMap<string, Readonly<Record<string, number[]>>> {
  const ordered = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
  const topics = [...new Set(members.flatMap((member) => member.topics))].sort()
  const shares = new Map(ordered.map(({ memberId }) => [memberId, {} as Record<string, number[]>]))
  for (const topic of topics) {
    const takers = ordered.filter((member) => member.topics.includes(topic))
    for (const partition of partitionsOf(topic)) {
      const taker = takers[partition % takers.length]
      const share = taker && shares.get(taker.memberId)
      if (share) share[topic] = [...(share[topic] ?? []), partition]
    }
  }
  return shares
}

const name = 'MillefeuilleCoPartition'
const version = 1

/** `coPartition` in the words of the group protocol. */
export const coPartitionAssigner: PartitionAssigner = ({ cluster }) => ({
  name,
  version,
  async assign({ members, topics }) {
    const subscriptions = members.map(({ memberId, memberMetadata }) => ({
      memberId,
      topics: MemberMetadata.decode(memberMetadata)?.topics ?? topics,
    }))
    const partitionsOf = (topic: string) =>
      cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
    return [...coPartition(subscriptions, partitionsOf)].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) }),
    }))
  },
  protocol({ topics }) {
    return { name, metadata: MemberMetadata.encode({ version, topics, userData: Buffer.alloc(0) }) }
  },
})
