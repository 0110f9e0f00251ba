// Stands between the relay and the broker: of attempts that are the same work, one Ready event goes out.

import type { Logger } from '../../shared/ports/logger.ts'
import type { Counter, Meter } from '../../shared/ports/meter.ts'
import type { OutgoingRecord, Transport } from '../../shared/ports/transport.ts'
import type { BuildAsk } from '../core/run/build.ts'
import type { BuildRegistry } from '../ports/build-registry.ts'
import type { AttemptName } from '../ports/lease-book.ts'

export interface BuildGateParts {
  readonly transport: Pick<Transport, 'publish'>
  readonly builds: Pick<BuildRegistry, 'claim' | 'ownersOf' | 'leave'>
  readonly logger: Logger
  readonly meter: Meter
}

type MaybeAsking = OutgoingRecord & { readonly build?: BuildAsk }
type Asking = OutgoingRecord & { readonly build: BuildAsk }

/** Claims before it publishes: who dies between the two claims again, and is given the same answer. */
export class BuildGate implements Pick<Transport, 'publish'> {
  readonly #parts: BuildGateParts
  readonly #joined: Counter

  constructor(parts: BuildGateParts) {
    this.#parts = parts
    this.#joined = parts.meter.counter({
      name: 'orchestrator_builds_joined_total',
      help: 'Attempts that wait for the load of another run instead of being announced.',
    })
  }

  /** As Transport.publish, but for Ready events of attempts that join a build. Rejects with STORE_UNAVAILABLE too. */
  async publish(records: readonly MaybeAsking[]): Promise<void> {
    const asking = records.filter(isAsking)
    // Runs that share nothing pay nothing.
    const owners =
      asking.length === 0 ? noOwners : await this.#claim(asking.filter((record) => !isOver(record)))
    const unwanted = await this.#unwanted(asking.filter(isOver))
    const held = owners.size + unwanted.size
    const own = held === 0 ? records : records.filter((one) => !owners.has(one) && !unwanted.has(one))
    await this.#parts.transport.publish(own)
    if (owners.size > 0) this.#say(asking, owners)
  }

  /** The attempt that was announced, for those records whose attempt joins it. */
  async #claim(asking: readonly Asking[]): Promise<ReadonlyMap<OutgoingRecord, AttemptName>> {
    const owners = new Map<OutgoingRecord, AttemptName>()
    const claiming = [...Map.groupBy(asking, ({ build }) => build.group)].map(async ([group, part]) => {
      const replies = await this.#parts.builds.claim(
        group,
        part.map(({ build }) => build),
      )
      for (const [index, record] of part.entries()) {
        const owner = replies[index]
        if (owner !== undefined) owners.set(record, owner)
      }
    })
    await Promise.all(claiming)
    return owners
  }

  /**
   * Of the records whose runs have given their attempts up, those that nobody else waits for. Whoever claimed such an
   * attempt may have died before it was published, and others may have joined it meanwhile.
   */
  async #unwanted(over: readonly Asking[]): Promise<ReadonlySet<OutgoingRecord>> {
    const unwanted = new Set<OutgoingRecord>()
    const asking = [...Map.groupBy(over, ({ build }) => build.group)].map(async ([group, part]) => {
      const attempts = part.map(({ build }) => build)
      const owners = await this.#parts.builds.ownersOf(group, attempts)
      const free = new Set((await this.#parts.builds.leave(group, attempts)).map(nameOf))
      for (const [index, record] of part.entries())
        if (owners[index] !== undefined || free.has(nameOf(record.build))) unwanted.add(record)
    })
    await Promise.all(asking)
    return unwanted
  }

  #say(asking: readonly Asking[], owners: ReadonlyMap<OutgoingRecord, AttemptName>): void {
    const { logger } = this.#parts
    this.#joined.add(owners.size)
    const counts = new Map<string, number>()
    for (const record of asking) {
      const owner = owners.get(record)
      if (owner === undefined) continue
      const { runId, objectId, attempt } = record.build
      counts.set(runId, (counts.get(runId) ?? 0) + 1)
      if (!logger.enabled('debug')) continue
      const joined = { run_id: runId, object_id: objectId, attempt }
      const build = { build_run_id: owner.runId, build_attempt: owner.attempt }
      logger.debug('an attempt joined the build of another run', { ...joined, ...build })
    }
    for (const [run_id, objects] of counts) logger.info('a run joined builds of others', { run_id, objects })
  }
}

const noOwners: ReadonlyMap<OutgoingRecord, AttemptName> = new Map()

function isAsking(record: MaybeAsking): record is Asking {
  return record.build !== undefined
}

function isOver({ build }: Asking): boolean {
  return build.isOver === true
}

function nameOf({ runId, objectId, attempt }: AttemptName): string {
  return JSON.stringify([runId, objectId, attempt])
}
