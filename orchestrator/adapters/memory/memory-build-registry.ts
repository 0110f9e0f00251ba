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
  /** By run. One without attempts has left. */
  readonly waiting: Map<string, Joined>
}

interface Joined {
  /** The owner when its last attempt joined. */
  readonly of: AttemptName
  readonly last: number
  /** Attempts that wait, with the commits that announced them. A run whose store lost commits may have several. */
  readonly attempts: Map<number, BuildClaim>
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
  /** By group, run and object: the build in which it is the owner; where there is none, the last that it has joined. */
  readonly #buildOf = new Map<string, Build>()
  /** By group and attempt: what was joined until it was closed. */
  readonly #joined = new Map<string, Remembered<{ readonly owner: AttemptName; readonly commit: string }>>()
  /** By group and attempt: who had joined. */
  readonly #closed = new Map<string, Remembered<readonly AttemptName[]>>()
  /** By group and attempt: who has left. */
  readonly #left = new Map<string, Remembered<true>>()
  /** By group and attempt that was the last of a build: the owner's attempt, which it was given. */
  readonly #gave = new Map<string, Remembered<AttemptName>>()

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** As a server that is killed without a disk. */
  lose(): void {
    for (const map of [this.#builds, this.#buildOf, ...this.#remembered]) map.clear()
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
    return attempts.flatMap((attempt) => this.#leave(group, attempt))
  }

  async ownersOf(
    group: string,
    attempts: readonly AttemptName[],
  ): Promise<readonly (AttemptName | undefined)[]> {
    this.#forgetExpired()
    return attempts.map((attempt) => {
      const build = this.#buildOf.get(placeOf(group, attempt))
      return build?.waiting.get(attempt.runId)?.attempts.has(attempt.attempt) ? build.owner : undefined
    })
  }

  get #remembered() {
    return [this.#joined, this.#closed, this.#left, this.#gave]
  }

  #claim(group: string, claim: BuildClaim): AttemptName | undefined {
    const build = this.#builds.get(keyOf(group, claim.build))
    const closed = this.#joined.get(keyOf(group, attemptName(claim)))?.thing
    if (this.#left.has(keyOf(group, attemptName(claim)))) {
      if (closed?.commit === claim.commit) return closed.owner
      return build?.waiting.has(claim.runId) ? build.owner : undefined
    }
    // A decision that was lost, or an attempt that was given up, has claimed other work: the answer closes that.
    const stands = this.#buildOf.get(placeOf(group, claim))
    if (stands !== build && stands?.owner.runId === claim.runId) return undefined
    if (build?.owner.runId === claim.runId) {
      if (claim.attempt !== build.owner.attempt) this.#own(build, claim)
      return undefined
    }
    const waits = build?.waiting.get(claim.runId)
    if (build !== undefined && waits !== undefined) {
      if (claim.attempt <= waits.last || waits.of !== build.owner) return this.#join(build, claim)
      build.waiting.delete(claim.runId)
      this.#buildOf.delete(placeOf(group, build.owner))
      this.#own(build, claim)
      return undefined
    }
    if (closed?.commit === claim.commit) return closed.owner
    if (build !== undefined) return this.#join(build, claim)
    const opened = { group, name: claim.build, untilMs: 0, isLeft: false, waiting: new Map() }
    this.#own({ ...opened, owner: claim }, claim)
    return undefined
  }

  #own(build: Build, { runId, objectId, attempt }: AttemptName): void {
    const owner = { runId, objectId, attempt }
    build.owner = owner
    build.isLeft = false
    build.untilMs = this.#nowMs() + openMs
    enter(this.#builds, keyOf(build.group, build.name), build)
    this.#buildOf.set(placeOf(build.group, owner), build)
  }

  #join(build: Build, claim: BuildClaim): AttemptName {
    const known = build.waiting.get(claim.runId)
    // What is lower than the last comes late, or the store has lost the last: nobody knows, and both are told.
    const isLater = known === undefined || claim.attempt > known.last
    const next = isLater ? { of: build.owner, last: claim.attempt, attempts: new Map() } : known
    next.attempts.set(claim.attempt, claim)
    build.waiting.set(claim.runId, next)
    this.#buildOf.set(placeOf(build.group, claim), build)
    return build.owner
  }

  #close(group: string, answered: AttemptName): readonly AttemptName[] {
    const build = this.#buildOf.get(placeOf(group, answered))
    if (build?.owner.runId !== answered.runId || answered.attempt < build.owner.attempt)
      return this.#closed.get(keyOf(group, attemptName(answered)))?.thing ?? []
    const joined = waitingIn(build)
    this.#forget(build)
    this.#remember(group, answered, joined)
    return joined.map(nameOf)
  }

  #remember(group: string, owner: AttemptName, joined: readonly BuildClaim[]): void {
    if (joined.length === 0) return
    const untilMs = this.#nowMs() + keepMs
    enter(this.#closed, keyOf(group, attemptName(owner)), { thing: joined.map(nameOf), untilMs })
    for (const claim of joined) {
      const thing = { owner, commit: claim.commit }
      enter(this.#joined, keyOf(group, attemptName(claim)), { thing, untilMs })
    }
  }

  #leave(group: string, attempt: AttemptName): readonly AttemptName[] {
    const key = keyOf(group, attemptName(attempt))
    const untilMs = this.#nowMs() + keepMs
    enter(this.#left, key, { thing: true, untilMs })
    const build = this.#buildOf.get(placeOf(group, attempt))
    const isOwner = build?.owner.runId === attempt.runId && build.owner.attempt === attempt.attempt
    const hasJoined = build?.waiting.get(attempt.runId)?.attempts.delete(attempt.attempt) ?? false
    // It may have been the last of a build, and the reply was lost.
    if (build === undefined || !(hasJoined || isOwner))
      return [attempt, this.#gave.get(key)?.thing ?? []].flat()
    if (!hasJoined) build.isLeft = true
    if (!build.isLeft || waitingIn(build).length > 0) return []
    this.#forget(build)
    if (hasJoined) enter(this.#gave, key, { thing: build.owner, untilMs })
    return [build.owner]
  }

  #forget(build: Build): void {
    this.#builds.delete(keyOf(build.group, build.name))
    const { objectId } = build.owner
    for (const runId of [build.owner.runId, ...build.waiting.keys()]) {
      const place = placeOf(build.group, { runId, objectId })
      if (this.#buildOf.get(place) === build) this.#buildOf.delete(place)
    }
  }

  #forgetExpired(): void {
    const nowMs = this.#nowMs()
    for (const build of this.#builds.values()) {
      if (build.untilMs > nowMs) break
      this.#forget(build)
    }
    for (const map of this.#remembered) {
      for (const [key, { untilMs }] of map) {
        if (untilMs > nowMs) break
        map.delete(key)
      }
    }
  }
}

function waitingIn({ waiting }: Build): readonly BuildClaim[] {
  return [...waiting.values()].flatMap(({ attempts }) => [...attempts.values()])
}

function nameOf({ runId, objectId, attempt }: AttemptName): AttemptName {
  return { runId, objectId, attempt }
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
