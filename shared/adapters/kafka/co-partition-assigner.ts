// Co-partitioning in the words of Kafka's group protocol.

import kafkajs, { type PartitionAssigner } from 'kafkajs'
import { coPartition } from '../../base/co-partition.ts'

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol

const name = 'MillefeuilleCoPartition'
const version = 1

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
