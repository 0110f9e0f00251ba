// Measures how long a Redis that was emptied in mid-run takes to come back from the journal.

import { RedisBuildRegistry } from '../orchestrator/adapters/redis/redis-build-registry.ts'
import { RedisLeaseBook } from '../orchestrator/adapters/redis/redis-lease-book.ts'
import { RedisLoadRegistry } from '../orchestrator/adapters/redis/redis-load-registry.ts'
import { RedisRunRecovery } from '../orchestrator/adapters/redis/redis-run-recovery.ts'
import { RedisRunStore } from '../orchestrator/adapters/redis/redis-run-store.ts'
import { RedisZoneDirectory } from '../orchestrator/adapters/redis/redis-zone-directory.ts'
import { buildOrchestrator } from '../orchestrator/build-orchestrator.ts'
import { definePlanOfObjects } from '../orchestrator/core/graph/define-plan.ts'
import type { Plan } from '../orchestrator/core/graph/plan.ts'
import { defaultRunPolicy } from '../orchestrator/core/run/run-policy.ts'
import { Restorer } from '../orchestrator/services/restorer.ts'
import { KafkaTopics } from '../shared/adapters/kafka/kafka-topics.ts'
import { KafkaTransport } from '../shared/adapters/kafka/kafka-transport.ts'
import { topicSpecs } from '../shared/adapters/kafka/topic-specs.ts'
import { closeRedis, connectRedis } from '../shared/adapters/redis/connection.ts'
import { systemRandom } from '../shared/adapters/system/random-ids.ts'
import { SystemClock } from '../shared/adapters/system/system-clock.ts'
import { defaultTopics } from '../shared/events/topics.ts'
import { silentLogger } from '../shared/ports/logger.ts'
import { silentMeter } from '../shared/ports/meter.ts'
import { openBrokers } from '../tests/support/brokers/open-brokers.ts'

const objectsPerRun = 1_000
const day = 86_400_000

/** Three layers: half of the objects have a parent in the layer below. */
function planOf(count: number): Plan {
  const first = Math.floor(count / 2)
  const objects = Array.from({ length: count }, (_, index) =>
    index < first
      ? { id: `r${index}`, layer: 1000, parents: [] }
      : { id: `s${index}`, layer: 2000, parents: [`r${index - first}`] },
  )
  const planned = definePlanOfObjects({ objects, selection: { all: true } })
  if (!planned.ok) throw new Error('the plan is wrong')
  return planned.value.plan
}

async function measure(
  kafka: string,
  redisUrl: string,
  objects: number,
  answersAtOnce: number,
): Promise<string> {
  const clock = new SystemClock()
  const own = `rebuild-${objects}-${answersAtOnce}-${process.pid}`
  const names = Object.entries(defaultTopics).map(([kind, name]) => [kind, `${own}.${name}`])
  const topics = Object.fromEntries(names) as typeof defaultTopics
  const options = { brokers: [kafka], clientId: own }
  const admin = new KafkaTopics(options)
  await admin.create(topicSpecs(topics, { partitions: 6, replication: 1 }))
  await admin.close()
  const surroundings = { clock, logger: silentLogger, meter: silentMeter, onFatal: () => process.exit(1) }
  const transport = new KafkaTransport(options, surroundings)
  const redis = connectRedis({ url: redisUrl, name: own }, silentLogger)
  const kept = { prefix: `${own}:`, nowMs: () => clock.nowMs(), retentionMs: 7 * day }
  const store = new RedisRunStore(redis, { ...kept, retryTtlMs: day })
  const recovery = new RedisRunRecovery(redis, kept)
  const registry = new RedisLoadRegistry(redis, kept.prefix)
  const leases = new RedisLeaseBook(redis, kept)
  const directory = new RedisZoneDirectory(redis, kept)
  const builds = new RedisBuildRegistry(redis, kept.prefix)
  const stores = { store, recovery, registry, leases, directory, builds }
  const parts = { ...surroundings, ...stores, transport, topics, random: systemRandom }
  const orchestrator = buildOrchestrator({
    ...parts,
    ...{ group: own, timeZone: 'UTC', drainMs: 10_000, beat: () => {} },
  })
  const plan = planOf(objectsPerRun)
  const runs = Array.from({ length: objects / objectsPerRun }, (_, index) => `run-${index}`)
  for (const runId of runs) {
    const policy = defaultRunPolicy
    await orchestrator.opener.open({ runId, plan, tenant: 'default', policy, reuse: 'none' })
  }
  await Promise.all(runs.map(halfLoaded))
  // What was announced late is published too.
  for (const runId of runs) await orchestrator.conductor.attend(runId)
  await orchestrator.stop()

  const before = await counted()
  const versions = await Promise.all(runs.map((runId) => store.read(runId, Number.MAX_SAFE_INTEGER)))
  const commits = versions.reduce((sum, run) => sum + (run?.version ?? 0), 0)
  await redis.flushall()
  const startedMs = clock.nowMs()
  await new Restorer({ ...parts, journal: topics.journal }).ensureWhole()
  const seconds = (clock.nowMs() - startedMs) / 1_000
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20)
  if ((await counted()) !== before) throw new Error('the store is not what it was')
  await closeRedis(redis)
  await transport.close()
  return `| ${objects.toLocaleString('en')} | ${runs.length} | ${commits.toLocaleString('en')} | ${seconds.toFixed(1)} s | ${memory} MB |`

  /** Answers to the first layer, in batches as they come from a zone. */
  async function halfLoaded(runId: string): Promise<void> {
    const answers = plan.objects.filter(({ layer }) => layer === 1000).map(({ id }) => loaded(runId, id))
    for (let at = 0; at < answers.length; at += answersAtOnce)
      await Promise.all(answers.slice(at, at + answersAtOnce).map((answer) => answer()))
  }

  function loaded(runId: string, objectId: string) {
    const answer = {
      kind: 'loaded',
      runId,
      objectId,
      attempt: 1,
      info: 'loaded',
      result: { rows: 1_204 },
    } as const
    return () =>
      new Promise<void>((settle, refuse) => {
        orchestrator.conductor.submit(runId, { input: answer, settle: () => settle(), refuse })
      })
  }

  /** Commits, states and counts of every run; a rebuild adds a commit that says nothing. */
  async function counted(): Promise<string> {
    const summaries = await Promise.all(runs.map((runId) => store.summary(runId)))
    return JSON.stringify(summaries.map((summary) => [summary?.state, summary?.counts]))
  }
}

const sizes = process.argv.slice(2).map(Number)
const brokers = await openBrokers()
if (typeof brokers === 'string') throw new Error(brokers)
try {
  process.stdout.write('| objects | runs | commits | rebuilt in | memory |\n|---:|---:|---:|---:|---:|\n')
  // Answers that are decided together: many in a busy house, one each in the worst.
  for (const objects of sizes.length === 0 ? [10_000, 100_000] : sizes)
    for (const answersAtOnce of [50, 1])
      process.stdout.write(
        `${await measure(brokers.kafka.address, brokers.redis.address, objects, answersAtOnce)}\n`,
      )
} finally {
  await brokers.stop()
}
