// Writes what a release stores and sends: node tests/corpus/make-corpus.mjs CHECKOUT OUT (see README.md beside).
// It imports from the checkout and from nowhere else, so that what is written is what that release writes.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'

const [checkout, out] = process.argv.slice(2).map((path) => resolve(path))
const from = (file) => import(pathToFileURL(join(checkout, file)).href)

const { buildOrchestrator } = await from('orchestrator/build-orchestrator.ts')
const { RedisRunStore } = await from('orchestrator/adapters/redis/redis-run-store.ts')
const { RedisRunRecovery } = await from('orchestrator/adapters/redis/redis-run-recovery.ts')
const { RedisLoadRegistry } = await from('orchestrator/adapters/redis/redis-load-registry.ts')
const { definePlanOfObjects } = await from('orchestrator/core/graph/define-plan.ts')
const { planFromChunks } = await from('orchestrator/core/graph/plan-chunks.ts')
const { replay } = await from('orchestrator/core/run/commit-record.ts')
const { JournalFold } = await from('orchestrator/core/run/journal-fold.ts')
const { Run } = await from('orchestrator/core/run/run.ts')
const { defaultRunPolicy } = await from('orchestrator/core/run/run-policy.ts')
const { Restorer } = await from('orchestrator/services/restorer.ts')
const { MemoryBroker } = await from('shared/adapters/memory/memory-broker.ts')
const { MemoryTransport } = await from('shared/adapters/memory/memory-transport.ts')
const { VirtualClock } = await from('shared/adapters/memory/virtual-clock.ts')
const { closeRedis, connectRedis } = await from('shared/adapters/redis/connection.ts')
const { parseReady } = await from('shared/events/ready.ts')
const { defaultTopics: topics, allTopics } = await from('shared/events/topics.ts')
const { silentLogger } = await from('shared/ports/logger.ts')
const { silentMeter } = await from('shared/ports/meter.ts')
const { LocalRedis } = await from('tests/support/brokers/local-redis.ts')
const { eventExamples } = await from('tests/support/event-examples.ts')
const { RedisAttemptLedger } = await from('workers/adapters/redis/redis-attempt-ledger.ts')
const { verdictOf } = await from('workers/core/verdict.ts')

const prefix = 'corpus:'
const server = new LocalRedis()
await server.start()
const redis = connectRedis({ url: server.url }, silentLogger)
const clock = new VirtualClock(Date.UTC(2026, 0, 5, 6))
const broker = new MemoryBroker({ clock, partitions: 2, keep: new Set(allTopics(topics)) })
const transport = new MemoryTransport(broker)
const nowMs = () => clock.nowMs()
const store = new RedisRunStore(redis, { prefix, nowMs, retryTtlMs: 86_400_000 })
const recovery = new RedisRunRecovery(redis, { prefix, nowMs, retentionMs: 7 * 86_400_000 })
const registry = new RedisLoadRegistry(redis, prefix)
const ledger = new RedisAttemptLedger(redis, prefix)
let chance = 0
const random = () => 0.1 + chance++ / 10_000
const parts = { transport, store, recovery, registry, topics, clock, random, logger: silentLogger, meter: silentMeter }
const more = { group: 'orchestrator', timeZone: 'UTC', drainMs: 5_000, beat: () => {} }
const orchestrator = buildOrchestrator({ ...parts, ...more })

const chain = [
  { id: 1001, layer: 1000, name: 'Customers', parents: [], frequency: '0 6 * * *' },
  { id: 1002, layer: 1000, name: 'Orders', parents: [] },
  { id: 2001, layer: 2000, name: 'Customers clean', parents: [1001] },
  { id: 3001, layer: 3000, name: 'Report', parents: [2001, 1002] },
]
const wide = Array.from({ length: 16 }, (_, index) => ({ id: 1100 + index, layer: 1000, parents: [] }))
const planOf = (objects) => {
  const planned = definePlanOfObjects({ objects, selection: { all: true } })
  if (!planned.ok) throw new Error(JSON.stringify(planned.error))
  return planned.value.plan
}
const policy = { ...defaultRunPolicy, max_retries: 1, run_timeout_ms: null }

await orchestrator.start()
await open('succeeded', chain, { workflow: 'daily_operations', businessDate: '2026-01-05' })
for (const id of ['1001', '1002', '2001', '3001']) await loaded('succeeded', id, { rows: Number(id) })
await open('failed', chain)
await loaded('failed', '1002')
await failed('failed', '1001', 1)
await clock.advance(600_000)
await failed('failed', '1001', 2)
await open('cancelled', chain)
await loaded('cancelled', '1001')
submit('cancelled', { kind: 'cancel', reason: 'cancelled over the API' })
await until(async () => (await store.summary('cancelled'))?.state === 'cancelled')
await open('large', wide)
const answers = await Promise.all(wide.map(({ id }) => verdict('large', String(id), 1, { text: 'x'.repeat(60_000) })))
await transport.publish(answers)
await until(async () => (await store.summary('large'))?.state === 'succeeded')
await open('open', chain)
await loaded('open', '1001', { rows: 7 })
await failed('open', '1002', 1)
await until(async () => (await records(topics.ready + '.standardization')).some(({ value }) => value.includes('"run_id":"open"')))
// A worker holds one attempt, and has finished another.
await ledger.claim([{ runId: 'open', objectId: '2001', attempt: 1 }], 'standardization/w1', 86_400_000)
await orchestrator.stop()

mkdirSync(out, { recursive: true })
await keepRedis('redis.json')
await redis.flushall()
await new Restorer({ ...parts, journal: topics.journal }).ensureWhole()
await keepRedis('redis-rebuilt.json')
const journal = (await records(topics.journal)).map(({ value }) => value)
const isLarge = (value) => JSON.parse(value).run_id === 'large'
keep('journal.ndjson', lines(journal.filter((value) => !isLarge(value))))
writeFileSync(join(out, 'journal-large.ndjson.gz'), gzipSync(lines(journal.filter(isLarge)), { level: 9 }))
keep('runs.json', `${JSON.stringify(runsOf(journal), undefined, 2)}\n`)
keep('events.json', `${JSON.stringify({ examples: eventExamples(), sent: await sent() }, undefined, 2)}\n`)
await closeRedis(redis)
await server.stop()

async function open(runId, objects, names = {}) {
  await orchestrator.opener.open({ runId, plan: planOf(objects), tenant: 'acme', policy, reuse: 'none', ...names })
}

function submit(runId, input) {
  orchestrator.conductor.submit(runId, { input, settle: () => {}, refuse: (fault) => { throw fault } })
}

async function loaded(runId, objectId, result) {
  await answer(runId, objectId, await verdict(runId, objectId, 1, result))
}

async function failed(runId, objectId, attempt) {
  const error = new Error('the source does not answer')
  await answer(runId, objectId, await verdict(runId, objectId, attempt, undefined, error))
}

async function answer(runId, objectId, record) {
  const before = (await store.read(runId, 0)).version
  await transport.publish([record])
  await until(async () => (await store.read(runId, 0)).relayed > before)
}

/** The answer of a zone to the Ready event that it got, kept in the ledger as a worker keeps it. */
async function verdict(runId, objectId, attempt, result, error) {
  let ready
  await until(async () => {
    for (const zone of ['ingestion', 'standardization', 'application'])
      for (const { value } of await records(`${topics.ready}.${zone}`)) {
        const parsed = parseReady(value).value
        if (parsed.run_id === runId && parsed.id === objectId && parsed.attempt === attempt) ready = parsed
      }
    return ready !== undefined
  })
  const outcome = error ? { kind: 'thrown', error } : { kind: 'loaded', loaded: { info: 'loaded', ...(result ? { result } : {}) } }
  const value = JSON.stringify(verdictOf(ready, outcome))
  if (runId !== 'large') await ledger.finish([{ key: { runId, objectId, attempt }, answer: value }], 86_400_000)
  return { topic: error ? topics.failed : topics.loaded, key: runId, value }
}

async function records(topic) {
  const found = []
  await transport.scan(topic, undefined, ({ key, value, headers }) => void found.push({ topic, key, value: String(value), headers }))
  return found
}

/** One of each kind that was really sent, with its headers. */
async function sent() {
  const kinds = new Map()
  for (const topic of allTopics(topics))
    for (const record of await records(topic)) {
      const kind = record.headers.ce_type ?? JSON.parse(record.value).event
      if (!kinds.has(kind) && record.value.length < 5_000) kinds.set(kind, record)
    }
  return Object.fromEntries(kinds)
}

async function keepRedis(name) {
  const id = /^run_id:(\S+)/m.exec(await redis.info('server'))[1]
  const entries = []
  for (const key of (await redis.keys(`${prefix}*`)).sort()) {
    // A large run is in the journal; here it would only take room.
    if (key.includes('{large}')) continue
    const type = await redis.type(key)
    const ttlMs = await redis.pttl(key)
    entries.push({ key: key.slice(prefix.length), type, ttlMs, value: await valueOf(key, type) })
  }
  keep(name, `${JSON.stringify(entries, undefined, 2).replaceAll(id, '%SERVER%')}\n`)
}

function valueOf(key, type) {
  if (type === 'list') return redis.lrange(key, 0, -1)
  if (type === 'hash') return redis.hgetall(key)
  if (type === 'zset') return redis.zrange(key, 0, -1, 'WITHSCORES')
  return redis.get(key)
}

/** What each run of the journal is, as this release reads it. */
function runsOf(values) {
  const fold = new JournalFold()
  for (const value of values) fold.take(value)
  const runs = {}
  for (const { runId, chunks, records: commits, last, hasEnded } of fold.runs()) {
    const run = new Run(runId, planFromChunks(chunks))
    replay(run, commits)
    const { ended, counts, opened } = run.head
    const objects = run.plan.objects.map(({ id }, index) => [id, `${run.stateOf(index)} ${run.attemptOf(index)}`])
    runs[runId] = { commits: commits.length, last, hasEnded, ended: ended ?? null, counts, opened, objects: Object.fromEntries(objects) }
  }
  return runs
}

async function until(isTrue) {
  for (let round = 0; round < 2_000; round++) {
    await clock.advance(0)
    if (await isTrue()) return
    await new Promise((wake) => setTimeout(wake, 5))
  }
  throw new Error('it does not come')
}

function lines(values) {
  return `${values.join('\n')}\n`
}

function keep(name, text) {
  writeFileSync(join(out, name), text)
}
