// Finds out whether anybody reads a topic, in whatever language: asks the broker for its groups and their members.

import kafkajs, { type Admin, type GroupDescription } from 'kafkajs'
import { Fault } from '../../base/fault.ts'

const { MemberAssignment } = kafkajs.AssignerProtocol

type Asked = Pick<Admin, 'listGroups' | 'describeGroups' | 'fetchOffsets'>

export class TopicReaders {
  /** The group that read a topic when it was asked for last: it is asked first. */
  readonly #lastReader = new Map<string, string>()

  /** Rejects with TRANSPORT_UNAVAILABLE while a group that may read the topic shares its partitions out. */
  async has(admin: Asked, topic: string): Promise<boolean> {
    const last = this.#lastReader.get(topic)
    if (last !== undefined && (await this.#isReader(admin, topic, [last], true))) return true
    this.#lastReader.delete(topic)
    const { groups } = await admin.listGroups()
    const ids = groups.filter(({ protocolType }) => protocolType === 'consumer').map(({ groupId }) => groupId)
    return ids.length > 0 && (await this.#isReader(admin, topic, ids, false))
  }

  async #isReader(
    admin: Asked,
    topic: string,
    ids: readonly string[],
    whenSharing: boolean,
  ): Promise<boolean> {
    const { groups } = await admin.describeGroups([...ids])
    const reader =
      groups.find((group) => isGiven(group, topic)) ?? (await newProtocolReader(admin, topic, groups))
    if (reader !== undefined) {
      this.#lastReader.set(topic, reader.groupId)
      return true
    }
    // Its members have nothing at this moment, and it is not told what they will have.
    const sharing = groups.find(
      ({ state }) => state === 'PreparingRebalance' || state === 'CompletingRebalance',
    )
    if (sharing === undefined) return false
    if (whenSharing) return true
    const message = `group ${sharing.groupId} shares its partitions out: who reads ${topic} is known after that`
    throw new Fault('TRANSPORT_UNAVAILABLE', message)
  }
}

function isGiven({ members }: GroupDescription, topic: string): boolean {
  return members.some(({ memberAssignment }) => {
    if (memberAssignment.length === 0) return false
    const partitions = MemberAssignment.decode(memberAssignment)?.assignment[topic]
    return partitions !== undefined && partitions.length > 0
  })
}

/**
 * Groups of Kafka's newer protocol are listed, and said to be dead when they are described in the words of the older
 * one: those that have offsets in the topic count as its readers.
 */
async function newProtocolReader(admin: Asked, topic: string, groups: readonly GroupDescription[]) {
  for (const group of groups) {
    if (group.state !== 'Dead') continue
    const offsets = await admin.fetchOffsets({ groupId: group.groupId, topics: [topic] })
    const isKnown = offsets.some(({ partitions }) => partitions.some(({ offset }) => Number(offset) >= 0))
    if (isKnown) return group
  }
  return undefined
}
