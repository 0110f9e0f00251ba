// A zone on memory adapters under virtual time, with the orchestrator's side of the wire in the test's hands.

import { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import { type Answer, parseAnswer } from '../../shared/events/answer.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import { defaultTopics, readyTopic } from '../../shared/events/topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import type { ScannedRecord, Transport } from '../../shared/ports/transport.ts'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { MemoryZoneRegister } from '../../workers/adapters/memory/memory-zone-register.ts'
import type { AttemptLedger } from '../../workers/ports/attempt-ledger.ts'
import type { Loader } from '../../workers/ports/loader.ts'
import { ZoneWorker } from '../../workers/services/zone.ts'
import type { ZoneParts } from '../../workers/services/zone-parts.ts'

export function readyEvent(fields: Partial<ReadyEvent> = {}): ReadyEvent {
  return {
    event: 'ObjectReady',
    id: '1001',
    zone: '1-Raw',
    name: null,
    run_id: 'run-1',
    attempt: 1,
    ts: 0,
    tenant: 'default',
    object: {},
    inputs: {},
    timeout_ms: null,
    deadline_ms: null,
    ...fields,
  }
}

export interface Gate {
  readonly loader: Loader
  /** What was asked for, in order, with the signal of each. */
  readonly calls: { readonly id: string; readonly signal: AbortSignal }[]
  /** Ends the oldest call that is still open for this id. */
  open(id: string): void
  fail(id: string, error: unknown): void
}

/** A loader that ends when the test says so, and ignores its signal. */
export function gate(): Gate {
  const calls: Gate['calls'] = []
  const open = new Map<string, PromiseWithResolvers<{ info: string }>[]>()
  const next = (id: string) => open.get(id)?.shift()
  return {
    calls,
    open: (id) => next(id)?.resolve({ info: `loaded ${id}` }),
    fail: (id, error) => next(id)?.reject(error),
    loader: {
      name: 'gate',
      load: (ready, { signal }) => {
        calls.push({ id: ready.id, signal })
        const call = Promise.withResolvers<{ info: string }>()
        open.set(ready.id, [...(open.get(ready.id) ?? []), call])
        return call.promise
      },
    },
  }
}

/** `real`, but for what `changes` says. */
export function ledgerWith(real: AttemptLedger, changes: Partial<AttemptLedger>): AttemptLedger {
  return {
    claim: (keys, owner, leaseMs) => real.claim(keys, owner, leaseMs),
    renew: (keys, owner, leaseMs) => real.renew(keys, owner, leaseMs),
    finish: (finished, keepMs) => real.finish(finished, keepMs),
    release: (keys, owner) => real.release(keys, owner),
    ping: () => real.ping(),
    ...changes,
  }
}

/** `real`, but for what `changes` says. */
export function transportWith(real: Transport, changes: Partial<Transport>): Transport {
  return {
    publish: (records) => real.publish(records),
    subscribe: (subscription) => real.subscribe(subscription),
    scan: (...args) => real.scan(...args),
    hasConsumers: (topic) => real.hasConsumers(topic),
    ping: () => real.ping(),
    close: () => real.close(),
    ...changes,
  }
}

export const instantLoader: Loader = { name: 'instant', load: async ({ id }) => ({ info: `loaded ${id}` }) }

export class ZoneBench {
  readonly clock = new VirtualClock()
  readonly broker = new MemoryBroker({ clock: this.clock })
  readonly ledger = new MemoryAttemptLedger(() => this.clock.nowMs())
  readonly register = new MemoryZoneRegister(() => this.clock.nowMs())
  readonly #wire = new MemoryTransport(this.broker)
  #made = 0

  transport(): MemoryTransport {
    return new MemoryTransport(this.broker)
  }

  /** A worker process of its own: transport and owner are new. */
  zone(loader: Loader, changes: Partial<ZoneParts> = {}): ZoneWorker {
    return new ZoneWorker({
      zone: 'ingestion',
      group: 'zone.ingestion',
      topics: defaultTopics,
      transport: this.transport(),
      ledger: this.ledger,
      register: this.register,
      version: '1.2.3',
      loaderOf: () => loader,
      clock: this.clock,
      random: () => 0.5,
      logger: silentLogger,
      meter: silentMeter,
      owner: `worker-${this.#made++}`,
      maxWorkers: 4,
      maxInFlight: 1_000,
      leaseMs: 30_000,
      keepMs: 3_600_000,
      drainMs: 10_000,
      graceMs: 5_000,
      ...changes,
    })
  }

  /** Publishes Ready events for objects with these ids, of one run. */
  async announce(ids: readonly string[], fields: Partial<ReadyEvent> = {}): Promise<void> {
    await this.send(ids.map((id) => JSON.stringify(readyEvent({ id, ...fields }))))
  }

  async send(values: readonly string[]): Promise<void> {
    const topic = readyTopic(defaultTopics, 'ingestion')
    await this.#wire.publish(values.map((value, index) => ({ topic, key: `${index}`, value })))
  }

  /** Stops a zone, and lets the time pass that it drains for. */
  async stopped(zone: ZoneWorker): Promise<void> {
    const stop = zone.stop()
    await this.clock.advance(60_000)
    await stop
  }

  async answers(): Promise<readonly Answer[]> {
    const answers: Answer[] = []
    for (const kind of ['loaded', 'failed'] as const) {
      for (const record of await this.records(defaultTopics[kind])) {
        const answer = parseAnswer(record.value?.toString() ?? '', kind)
        if (answer.ok) answers.push(answer.value)
      }
    }
    return answers
  }

  async records(topic: string): Promise<readonly ScannedRecord[]> {
    const records: ScannedRecord[] = []
    await this.#wire.scan(topic, undefined, (record) => records.push(record))
    return records
  }

  /** Ready events whose offset has not moved on for a group. */
  unfinished(group = 'zone.ingestion'): number {
    const topic = readyTopic(defaultTopics, 'ingestion')
    return this.broker
      .logs(topic)
      .map(({ end }, partition) => end - this.broker.positionOf(group, topic, partition))
      .reduce((sum, open) => sum + open, 0)
  }
}
