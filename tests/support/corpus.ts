// What released versions have stored and sent, out of tests/corpus, and a house in memory that goes on with it.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import type { Orchestrator } from '../../orchestrator/build-orchestrator.ts'
import type { LoadRegistry } from '../../orchestrator/ports/load-registry.ts'
import type { RunRecovery } from '../../orchestrator/ports/run-recovery.ts'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import type { Json } from '../../shared/base/json.ts'
import type { EventRecord } from '../../shared/events/event-record.ts'
import { allTopics, defaultTopics } from '../../shared/events/topics.ts'
import { memoryOrchestrator } from './memory-orchestrator.ts'

const folder = join(import.meta.dirname, '../corpus')

/** A run as the release that wrote it reads it. */
export interface CorpusRun {
  readonly commits: number
  readonly last: string
  readonly hasEnded: boolean
  readonly ended: string | null
  readonly counts: Readonly<Record<string, number>>
  readonly opened: Json
  /** State and attempt, by object. */
  readonly objects: Readonly<Record<string, string>>
}

export interface CorpusKey {
  /** Without the prefix. */
  readonly key: string
  readonly type: 'list' | 'hash' | 'zset' | 'string'
  /** -1: for ever. */
  readonly ttlMs: number
  readonly value: string | readonly string[] | Readonly<Record<string, string>>
}

export interface Corpus {
  readonly release: string
  readonly journal: readonly string[]
  readonly runs: Readonly<Record<string, CorpusRun>>
  readonly examples: Readonly<Record<string, Json>>
  readonly sent: Readonly<Record<string, EventRecord>>
  /** By file: what Redis held; the id of the server is %SERVER%. */
  readonly redis: Readonly<Record<string, readonly CorpusKey[]>>
}

/** Every release that there is. */
export function corpora(): readonly Corpus[] {
  const releases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return releases.map(({ name }) => corpusOf(name))
}

function corpusOf(release: string): Corpus {
  const read = (file: string) => readFileSync(join(folder, release, file))
  const json = <Form>(file: string) => JSON.parse(String(read(file))) as Form
  const linesOf = (bytes: Buffer) => String(bytes).trim().split('\n')
  const states = readdirSync(join(folder, release)).filter((file) => file.startsWith('redis'))
  return {
    release,
    journal: [...linesOf(read('journal.ndjson')), ...linesOf(gunzipSync(read('journal-large.ndjson.gz')))],
    runs: json('runs.json'),
    ...json<Pick<Corpus, 'examples' | 'sent'>>('events.json'),
    redis: Object.fromEntries(states.map((file) => [file, json<readonly CorpusKey[]>(file)])),
  }
}

/** Today's orchestrator at the time of the corpus, over its journal. */
export class CorpusHouse {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 5, 7))
  readonly broker = new MemoryBroker({
    clock: this.clock,
    partitions: 2,
    keep: new Set(allTopics(defaultTopics)),
  })
  readonly transport = new MemoryTransport(this.broker)
  #chance = 0

  async journal(values: readonly string[]): Promise<void> {
    const topic = defaultTopics.journal
    const records = values.map((value) => ({ topic, key: JSON.parse(value).run_id as string, value }))
    await this.transport.publish(records)
  }

  orchestrator(
    store: RunStore,
    recovery: RunRecovery,
    registry: LoadRegistry = new MemoryLoadRegistry(),
  ): Orchestrator {
    const { clock, transport } = this
    const random = () => 0.3 + this.#chance++ / 10_000
    return memoryOrchestrator({ store, recovery, registry, transport, clock, random })
  }

  async answer(runId: string, objectId: string, attempt: number): Promise<void> {
    const value = JSON.stringify({ id: objectId, run_id: runId, status: 'loaded', attempt })
    await this.transport.publish([{ topic: defaultTopics.loaded, key: runId, value }])
  }

  /** Ready events of a run as `object attempt`, in no order. */
  async ready(runId: string): Promise<readonly string[]> {
    const found = new Set<string>()
    for (const zone of ['ingestion', 'standardization', 'application'])
      await this.transport.scan(`${defaultTopics.ready}.${zone}`, undefined, ({ value }) => {
        const event = JSON.parse(String(value)) as { run_id: string; id: string; attempt: number }
        if (event.run_id === runId) found.add(`${event.id} ${event.attempt}`)
      })
    return [...found]
  }
}
