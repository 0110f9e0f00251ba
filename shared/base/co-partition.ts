// Gives the partitions of one number, of every topic, to the same member of a group.

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
