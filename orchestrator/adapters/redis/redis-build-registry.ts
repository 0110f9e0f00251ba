// Builds in Redis: the names of a group share a hash tag, and scripts that are safe to repeat change them.

import { type RedisClient, type Script, scriptOf } from '../../../shared/adapters/redis/connection.ts'
import type { BuildClaim, BuildRegistry } from '../../ports/build-registry.ts'
import type { AttemptName } from '../../ports/lease-book.ts'
import { redisKeys } from './redis-keys.ts'

/** A build that nobody answers is forgotten after this long. */
const OPEN_MS = 86_400_000
/** Who had joined a build is remembered for this long after it was closed, and so is who has left. */
const KEEP_MS = 3_600_000
/** One script does so many, so that none holds the server up. */
const PER_CALL = 500

/** Run and attempt, and again; attempts of one build are attempts at one object. */
type Reply = readonly (string | number)[] | 0

const script = (client: RedisClient, name: string): Script =>
  scriptOf(client, new URL(`./scripts/${name}.lua`, import.meta.url))

export class RedisBuildRegistry implements BuildRegistry {
  readonly #keyOf: (group: string) => string
  readonly #claimBuilds: Script
  readonly #closeBuilds: Script
  readonly #leaveBuilds: Script
  readonly #ownersOfBuilds: Script

  /** `prefix` begins every key. */
  constructor(client: RedisClient, prefix: string) {
    this.#keyOf = redisKeys(prefix).builds
    this.#claimBuilds = script(client, 'claim-builds-1')
    this.#closeBuilds = script(client, 'close-builds-1')
    this.#leaveBuilds = script(client, 'leave-builds-1')
    this.#ownersOfBuilds = script(client, 'owners-of-builds-1')
  }

  async claim(group: string, claims: readonly BuildClaim[]): Promise<readonly (AttemptName | undefined)[]> {
    const call = (part: readonly BuildClaim[]) => {
      const args = part.flatMap((claim) => [claim.build, ...wordsOf(claim), claim.commit])
      return this.#claimBuilds(this.#keyOf(group), OPEN_MS, ...args)
    }
    return firsts(claims, await inParts(claims, call))
  }

  async close(group: string, answered: readonly AttemptName[]): Promise<readonly (readonly AttemptName[])[]> {
    const call = (part: readonly AttemptName[]) =>
      this.#closeBuilds(this.#keyOf(group), KEEP_MS, ...part.flatMap(wordsOf))
    const replies = await inParts(answered, call)
    return answered.map(({ objectId }, index) => attemptsIn(replies[index], objectId))
  }

  async leave(group: string, attempts: readonly AttemptName[]): Promise<readonly AttemptName[]> {
    const call = (part: readonly AttemptName[]) =>
      this.#leaveBuilds(this.#keyOf(group), KEEP_MS, ...part.flatMap(wordsOf))
    const replies = await inParts(attempts, call)
    return attempts.flatMap(({ objectId }, index) => attemptsIn(replies[index], objectId))
  }

  async ownersOf(
    group: string,
    attempts: readonly AttemptName[],
  ): Promise<readonly (AttemptName | undefined)[]> {
    const call = (part: readonly AttemptName[]) =>
      this.#ownersOfBuilds(this.#keyOf(group), ...part.flatMap(wordsOf))
    return firsts(attempts, await inParts(attempts, call))
  }
}

function wordsOf({ runId, objectId, attempt }: AttemptName): readonly (string | number)[] {
  return [runId, objectId, attempt]
}

/** The parts are sent together and answered in their order. */
async function inParts<Thing>(
  things: readonly Thing[],
  call: (part: readonly Thing[]) => Promise<unknown>,
): Promise<readonly Reply[]> {
  const count = Math.ceil(things.length / PER_CALL)
  const parts = Array.from({ length: count }, (_, part) =>
    call(things.slice(part * PER_CALL, (part + 1) * PER_CALL)),
  )
  return (await Promise.all(parts)).flatMap((replies) => replies as readonly Reply[])
}

function firsts(asked: readonly { readonly objectId: string }[], replies: readonly Reply[]) {
  return asked.map(({ objectId }, index) => attemptsIn(replies[index], objectId)[0])
}

function attemptsIn(reply: Reply | undefined, objectId: string): readonly AttemptName[] {
  if (reply === undefined || reply === 0) return []
  const attempts: AttemptName[] = []
  for (let at = 0; at < reply.length; at += 2)
    attempts.push({ runId: String(reply[at]), objectId, attempt: Number(reply[at + 1]) })
  return attempts
}
