// Builds in this process's memory.

import type { BuildClaim, BuildRegistry } from '../../ports/build-registry.ts'
import type { AttemptName } from '../../ports/lease-book.ts'

interface Build {
  readonly group: string
  readonly name: string
  untilMs: number
  owner: AttemptName
  /** The owner's run does not wait for it any more. */
  isLeft: boolean
  /** By run: its attempt, and the owner that it joined. */
  readonly waiting: Map<string, Joined>
}

interface Joined {
  readonly attempt: AttemptName
  readonly of: AttemptName
  isLeft: boolean
}

interface Remembered<Thing> {
  readonly thing: Thing
  readonly untilMs: number
}

const openMs = 86_400_000
const keepMs = 3_600_000

export class MemoryBuildRegistry implements BuildRegistry {
  readonly #nowMs: () => number
  /** By group and name. */
  readonly #builds = new Map<string, Build>()
  /** By group, run and object: the build in which it is the owner or waits. */
  readonly #buildOf = new Map<string, Build>()
  /** By group and attempt: what was joined until it was closed. */
  readonly #joined = new Map<string, Remembered<AttemptName>>()
  /** By group and attempt: who had joined. */
  readonly #closed = new Map<string, Remembered<readonly AttemptName[]>>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** As a server that is killed without a disk. */
  lose(): void {
    for (const map of [this.#builds, this.#buildOf, this.#joined, this.#closed]) map.clear()
  }

  async claim(group: string, claims: readonly BuildClaim[]): Promise<readonly (AttemptName | undefined)[]> {
    this.#forgetExpired()
    return claims.map((claim) => this.#claim(group, claim))
  }

  async close(group: string, answered: readonly AttemptName[]): Promise<readonly (readonly AttemptName[])[]> {
    this.#forgetExpired()
    return answered.map((attempt) => this.#close(group, attempt))
  }

  async leave(group: string, attempts: readonly AttemptName[]): Promise<readonly AttemptName[]> {
    this.#forgetExpired()
    return attempts.flatMap((attempt) => this.#leave(group, attempt) ?? [])
  }

  async ownersOf(
    group: string,
    attempts: readonly AttemptName[],
  ): Promise<readonly (AttemptName | undefined)[]> {
    this.#forgetExpired()
    return attempts.map((attempt) => {
      const build = this.#buildOf.get(placeOf(group, attempt))
      const joined = build?.waiting.get(attempt.runId)
      const isWaiting = joined?.attempt.attempt === attempt.attempt && !joined.isLeft
      return isWaiting ? build?.owner : undefined
    })
  }

  #claim(group: string, { build: name, ...attempt }: BuildClaim): AttemptName | undefined {
    const build = this.#builds.get(keyOf(group, name))
    if (build?.owner.runId === attempt.runId) {
      if (attempt.attempt > build.owner.attempt) this.#own(build, attempt)
      return undefined
    }
    const waits = build?.waiting.get(attempt.runId)
    if (build !== undefined && waits !== undefined) {
      if (attempt.attempt <= waits.attempt.attempt) return build.owner
      if (waits.of !== build.owner) return this.#join(build, attempt)
      build.waiting.delete(attempt.runId)
      this.#buildOf.delete(placeOf(group, build.owner))
      this.#own(build, attempt)
      return undefined
    }
    const closed = this.#joined.get(keyOf(group, attemptName(attempt)))
    if (closed !== undefined) return closed.thing
    if (build !== undefined) return this.#join(build, attempt)
    this.#open(group, name, attempt)
    return undefined
  }

  #open(group: string, name: string, owner: AttemptName): void {
    this.#own({ group, name, untilMs: 0, owner, isLeft: false, waiting: new Map() }, owner)
  }

  #own(build: Build, owner: AttemptName): void {
    build.owner = owner
    build.isLeft = false
    build.untilMs = this.#nowMs() + openMs
    enter(this.#builds, keyOf(build.group, build.name), build)
    this.#buildOf.set(placeOf(build.group, owner), build)
  }

  #join(build: Build, attempt: AttemptName): AttemptName {
    build.waiting.set(attempt.runId, { attempt, of: build.owner, isLeft: false })
    this.#buildOf.set(placeOf(build.group, attempt), build)
    return build.owner
  }

  #close(group: string, answered: AttemptName): readonly AttemptName[] {
    const build = this.#buildOf.get(placeOf(group, answered))
    if (build?.owner.runId !== answered.runId || build.owner.attempt !== answered.attempt)
      return this.#closed.get(keyOf(group, attemptName(answered)))?.thing ?? []
    const joined = waitingIn(build)
    this.#forget(build)
    this.#remember(group, build.owner, joined)
    return joined
  }

  #remember(group: string, owner: AttemptName, joined: readonly AttemptName[]): void {
    if (joined.length === 0) return
    const untilMs = this.#nowMs() + keepMs
    enter(this.#closed, keyOf(group, attemptName(owner)), { thing: joined, untilMs })
    for (const attempt of joined)
      enter(this.#joined, keyOf(group, attemptName(attempt)), { thing: owner, untilMs })
  }

  #leave(group: string, attempt: AttemptName): AttemptName | undefined {
    const build = this.#buildOf.get(placeOf(group, attempt))
    if (build === undefined) return attempt
    const { owner, waiting } = build
    const joined = waiting.get(attempt.runId)
    if (joined?.attempt.attempt === attempt.attempt) joined.isLeft = true
    else if (owner.runId === attempt.runId && owner.attempt === attempt.attempt) build.isLeft = true
    else return attempt
    if (!build.isLeft || waitingIn(build).length > 0) return undefined
    this.#forget(build)
    return owner
  }

  #forget(build: Build): void {
    this.#builds.delete(keyOf(build.group, build.name))
    const parties = [build.owner, ...[...build.waiting.values()].map(({ attempt }) => attempt)]
    for (const party of parties) this.#buildOf.delete(placeOf(build.group, party))
  }

  #forgetExpired(): void {
    const nowMs = this.#nowMs()
    for (const build of this.#builds.values()) {
      if (build.untilMs > nowMs) break
      this.#forget(build)
    }
    for (const map of [this.#joined, this.#closed]) {
      for (const [key, { untilMs }] of map) {
        if (untilMs > nowMs) break
        map.delete(key)
      }
    }
  }
}

function waitingIn({ waiting }: Build): readonly AttemptName[] {
  return [...waiting.values()].filter(({ isLeft }) => !isLeft).map(({ attempt }) => attempt)
}

/** The maps are in order of entry, and what was entered first expires first. */
function enter<Thing>(map: Map<string, Thing>, key: string, thing: Thing): void {
  map.delete(key)
  map.set(key, thing)
}

function keyOf(group: string, name: string): string {
  return JSON.stringify([group, name])
}

function placeOf(group: string, { runId, objectId }: Omit<AttemptName, 'attempt'>): string {
  return JSON.stringify([group, runId, objectId])
}

function attemptName({ runId, objectId, attempt }: AttemptName): string {
  return JSON.stringify([runId, objectId, attempt])
}
