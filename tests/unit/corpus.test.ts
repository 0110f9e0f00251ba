// What released versions have stored and sent is read by today's code; what newer ones will is refused, and nothing is lost.

import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { DeadLetterFold } from '../../orchestrator/core/dlq/dead-letter-fold.ts'
import { planFromChunks } from '../../orchestrator/core/graph/plan-chunks.ts'
import { replay } from '../../orchestrator/core/run/commit-record.ts'
import { JournalFold } from '../../orchestrator/core/run/journal-fold.ts'
import { Run } from '../../orchestrator/core/run/run.ts'
import { Restorer } from '../../orchestrator/services/restorer.ts'
import { parseAnswer } from '../../shared/events/answer.ts'
import { parseReady } from '../../shared/events/ready.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import type { ScannedRecord } from '../../shared/ports/transport.ts'
import { MemoryAttemptLedger } from '../../workers/adapters/memory/memory-attempt-ledger.ts'
import { CorpusHouse, corpora } from '../support/corpus.ts'
import { readText } from '../support/markdown.ts'

const schemaOf: Readonly<Record<string, string>> = {
  ...{ ObjectReady: 'ready', ObjectLoaded: 'loaded', ObjectFailed: 'failed', ObjectDead: 'failed' },
  ...{ RunPlan: 'journal', RunFacts: 'journal', RunClaim: 'journal' },
  ...{ orchestrator_workflow_completed: 'workflow-ended' },
}

describe.each(corpora())('what release $release has written', (corpus) => {
  it('is there: each kind of event, runs in each state, and two states of Redis', () => {
    expect(Object.keys(corpus.sent).sort()).toEqual(Object.keys(schemaOf).sort())
    const states = Object.values(corpus.runs).map(({ ended }) => ended)
    expect(new Set(states)).toEqual(new Set(['succeeded', 'failed', 'cancelled', null]))
    expect(Object.keys(corpus.redis)).toEqual(['redis-rebuilt.json', 'redis.json'])
  })

  it.each(Object.entries(corpus.sent))('as event %s follows the schema of today', (kind, { value }) => {
    const schema = JSON.parse(readText(`docs/schemas/${schemaOf[kind]}.schema.json`)) as object
    const ajv = new Ajv2020({ strict: false })
    expect([ajv.validate(schema, JSON.parse(value)), ajv.errors]).toEqual([true, null])
  })

  it('as events is read: Ready by zones, answers by orchestrators', () => {
    const { sent, examples } = corpus
    for (const event of [sent.ObjectReady?.value, print(examples.ready), print(examples['ready of a child'])])
      expect(parseReady(event ?? '')).toMatchObject({
        ok: true,
        value: { attempt: 1, tenant: expect.any(String) },
      })
    for (const event of [sent.ObjectLoaded?.value, print(examples.loaded)])
      expect(parseAnswer(event ?? '', 'loaded')).toMatchObject({
        ok: true,
        value: { kind: 'loaded', attempt: 1 },
      })
    for (const event of [sent.ObjectFailed?.value, print(examples.failed)])
      expect(parseAnswer(event ?? '', 'failed')).toMatchObject({
        ok: true,
        value: { kind: 'failed', attempt: 1 },
      })
  })

  it('as a dead letter is listed, and stays when its object fails again', () => {
    const fold = new DeadLetterFold()
    const value = corpus.sent.ObjectDead?.value ?? ''
    const before = JSON.parse(value) as { attempt: number; id: string; run_id: string }
    const again = JSON.stringify({ ...before, attempt: before.attempt + 1, version: 9 })
    for (const [offset, letter] of [value, again].entries())
      fold.take({ partition: 0, offset: String(offset), value: Buffer.from(letter), headers: {} })
    const of = { runId: before.run_id, objectId: before.id, kind: 'object' }
    expect([...fold.entries()]).toMatchObject([
      { ...of, id: '0.0', state: 'retried', attempts: before.attempt, retriedAs: '0.1' },
      { ...of, id: '0.1', state: 'open', attempts: before.attempt + 1, retryOf: '0.0' },
    ])
  })

  it('as journal folds to the same runs', () => {
    const fold = new JournalFold()
    for (const value of corpus.journal) fold.take(value)
    const runs = [...fold.runs()]
    expect(runs.map(({ runId }) => runId).sort()).toEqual(Object.keys(corpus.runs).sort())
    for (const { runId, chunks, records, last, hasEnded } of runs) {
      const run = new Run(runId, planFromChunks(chunks ?? []))
      replay(run, records)
      const { ended = null, counts, opened } = run.head
      const states = run.plan.objects.map(({ id }, at) => [id, `${run.stateOf(at)} ${run.attemptOf(at)}`])
      const known = { commits: records.length, last, hasEnded, ended, counts, opened }
      expect({ ...known, objects: Object.fromEntries(states) }).toMatchObject(corpus.runs[runId] ?? {})
    }
  })

  it('as journal rebuilds a store, and a run goes on to its end', async () => {
    const { house, store } = await emptied(corpus.journal)
    const orchestrator = house.orchestrator(store, store)
    await orchestrator.start()
    await house.clock.advance(600_000)
    expect(await house.ready('open')).toEqual(expect.arrayContaining(['2001 1', '1002 2']))
    await house.answer('open', '2001', 1)
    await house.answer('open', '1002', 2)
    await house.clock.advance(0)
    await house.answer('open', '3001', 1)
    await house.clock.advance(0)
    expect(await store.summary('open')).toMatchObject({ state: 'succeeded', counts: { loaded: 4 } })
    for (const [runId, { ended }] of Object.entries(corpus.runs))
      expect((await store.summary(runId))?.state).toBe(ended ?? 'succeeded')
  })

  it('stops a rebuild at the record of a newer release, until a program that knows it makes it', async () => {
    const [record = ''] = corpus.journal.filter((value) => value.includes('"run-opened"'))
    const newer = record.replace('"v":1', '"v":2')
    const { house, store } = await emptied([...corpus.journal, newer])
    const restorer = restorerOf(house, store)
    await expect(restorer.ensureWhole()).rejects.toMatchObject({
      code: 'FORMAT_NEWER',
      message: expect.stringMatching(
        /a record of run \S+ in the journal is of version 2, this program knows 1/,
      ),
    })
    expect(await store.whole()).toBeUndefined()
    expect(await store.list({ limit: 100 })).toEqual([])
  })

  it('leaves a run alone whose commits are newer: its answers wait for a program that knows them', async () => {
    const { house, store } = await emptied(corpus.journal)
    await restorerOf(house, store).ensureWhole()
    const orchestrator = house.orchestrator(newerCommits(store), store)
    await orchestrator.start()
    await house.answer('open', '2001', 1)
    await house.clock.advance(120_000)
    expect(await records(house, defaultTopics.dlq)).toEqual([])
    expect(await uncommitted(house)).toBe(1)
    const stopped = orchestrator.stop()
    await house.clock.advance(10_000)
    await stopped
    // A program that knows them gets the answer, and goes on.
    const another = house.orchestrator(store, store)
    await another.start()
    await house.clock.advance(600_000)
    expect(await uncommitted(house)).toBe(0)
    expect(await house.ready('open')).toEqual(expect.arrayContaining(['1002 2']))
  })

  it('keeps an answer of a newer release byte for byte, with the reason', async () => {
    const { house, store } = await emptied(corpus.journal)
    const orchestrator = house.orchestrator(store, store)
    await orchestrator.start()
    const value = JSON.stringify({ event: 'ObjectLoaded', v: 2, id: '2001', run_id: 'open', outcome: 'fine' })
    await house.transport.publish([{ topic: defaultTopics.loaded, key: 'open', value }])
    await house.clock.advance(5_000)
    const [letter] = await records(house, defaultTopics.dlq)
    expect(String(letter?.value)).toBe(value)
    expect(letter?.headers).toMatchObject({ dlq_code: 'FORMAT_NEWER' })
    expect(await store.summary('open')).toMatchObject({ state: 'running' })
  })
})

async function emptied(journal: readonly string[]) {
  const house = new CorpusHouse()
  const store = new MemoryRunStore(() => house.clock.nowMs())
  store.lose()
  await house.journal(journal)
  return { house, store }
}

function restorerOf({ clock, transport }: CorpusHouse, store: MemoryRunStore): Restorer {
  const leases = new MemoryAttemptLedger(() => clock.nowMs())
  const builds = new MemoryBuildRegistry(() => clock.nowMs())
  const stores = { store, recovery: store, leases, builds }
  const parts = { ...stores, transport, clock, random: () => 0.7, logger: silentLogger }
  return new Restorer({ ...parts, journal: defaultTopics.journal })
}

/** The store as an older program sees it after a newer one has written to it. */
function newerCommits(store: MemoryRunStore): MemoryRunStore {
  const read: MemoryRunStore['read'] = async (runId, after) => {
    const stored = await store.read(runId, after)
    if (stored === undefined) return undefined
    return { ...stored, records: stored.records.map((record) => record.replace('"v":1', '"v":2')) }
  }
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'read') return read
      const found: unknown = Reflect.get(target, name, target)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}

async function records({ transport }: CorpusHouse, topic: string): Promise<readonly ScannedRecord[]> {
  const found: ScannedRecord[] = []
  await transport.scan(topic, undefined, (record) => void found.push(record))
  return found
}

async function uncommitted({ broker }: CorpusHouse): Promise<number> {
  const logs = [...broker.logs(defaultTopics.loaded).entries()]
  const left = logs.map(([at, { end }]) => end - broker.positionOf('orchestrator', defaultTopics.loaded, at))
  return left.reduce((sum, open) => sum + open, 0)
}

function print(example: unknown): string {
  return JSON.stringify(example)
}
