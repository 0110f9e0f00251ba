// Two workflows of one date that need the same objects, as processes on a real Kafka and Redis: one Ready event and one load each.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeRedis, connectRedis } from '../../shared/adapters/redis/connection.ts'
import type { FactLine } from '../../shared/api/run-resource.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import type { ApiClient } from '../../tools/client/api-client.ts'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalKafka } from '../support/brokers/local-kafka.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import type { HouseProcess } from '../support/house-process.ts'
import { KafkaHouse } from '../support/kafka-house.ts'
import { LoadServer } from '../support/load-server.ts'
import { metricSum } from '../support/metric-sum.ts'
import { clientOf, factsOf, RealHouse } from '../support/real-house.ts'

const raw = ['r1', 'r2', 'r3', 'r4']
const steps = [...raw, 's1', 's2']
const workflows = ['morning', 'noon'] as const

describeWithOwnBrokers('two runs of one date', ['kafka', 'redis'], () => {
  const kafka = new LocalKafka()
  const redis = new LocalRedis()
  const server = new LoadServer(700)
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-workflows-'))
  let house: RealHouse
  let orchestrator: HouseProcess
  let client: ApiClient
  let wire: KafkaHouse

  beforeAll(async () => {
    await Promise.all([kafka.start(), redis.start(), server.start()])
    for (const name of workflows) writeFileSync(join(folder, `${name}.json`), JSON.stringify(workflow(name)))
    const env = { WORKFLOWS_PATH: folder, RETRY_BASE_MS: '400', MAX_WORKERS: '8', LEASE_SECONDS: '3' }
    house = new RealHouse('builds', { kafka: kafka.bootstrap, redis: redis.url }, env)
    orchestrator = house.orchestrator()
    await Promise.all([orchestrator, ...house.workers()].map((program) => program.start()))
    client = clientOf(orchestrator)
    wire = new KafkaHouse(kafka.bootstrap)
  })
  afterAll(async () => {
    await wire?.close()
    await house?.close()
    await Promise.all([kafka.stop(), redis.stop(), server.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  function workflow(name: string) {
    const step = (id: string, zone: string, parents: readonly string[] = []) => {
      return { id, zone, parents, url: server.urlOf(`/${id}`) }
    }
    return {
      name,
      steps: [
        ...raw.map((id) => step(id, '1-Raw')),
        step('s1', '2-Standardized', ['r1', 'r2']),
        step('s2', '2-Standardized', ['r3', 'r4']),
      ],
    }
  }

  /** Opens both runs of a date at once, and gives their ids. */
  async function openBoth(date: string): Promise<readonly [string, string]> {
    const [one, other] = await Promise.all(workflows.map((name) => client.trigger(name, { date })))
    return [one?.run_id ?? '', other?.run_id ?? '']
  }

  const loads = () => steps.map((id) => server.loadsOf(`/${id}`))
  const since = (before: readonly number[]) => loads().map((count, place) => count - (before[place] ?? 0))

  /**
   * The attempts of a date that were announced, as `object attempt`, in the order of their names: one for each run that
   * announced it. The same event may be sent twice, when the reply to the first was lost.
   */
  async function announced(date: string): Promise<readonly string[]> {
    const found = new Map<string, string>()
    const transport = wire.client()
    for (const zone of ['ingestion', 'standardization']) {
      await transport.scan(`${house.topics.ready}.${zone}`, undefined, ({ value }) => {
        const event = JSON.parse(String(value)) as ReadyEvent
        const attempt = `${event.id} ${event.attempt}`
        if (event.business_date === date) found.set(`${event.run_id} ${attempt}`, attempt)
      })
    }
    return [...found.values()].toSorted()
  }

  const resultsIn = (facts: readonly FactLine[]) =>
    Object.fromEntries(
      facts.flatMap((fact) => (fact.type === 'object-loaded' ? [[fact.object_id, fact.result]] : [])),
    )

  it('opened together have one Ready event and one load for each object, and the same results', async () => {
    const before = loads()
    const [one, other] = await openBoth('2026-11-01')
    const [facts, otherFacts] = await Promise.all([factsOf(client, one), factsOf(client, other)])
    for (const own of [facts, otherFacts])
      expect(own.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 6 } })
    expect(since(before)).toEqual(steps.map(() => 1))
    expect(await announced('2026-11-01')).toEqual(steps.map((id) => `${id} 1`))
    expect(resultsIn(facts)).toEqual(resultsIn(otherFacts))
    expect(Object.keys(resultsIn(facts)).toSorted()).toEqual(steps)
    const metrics = (await orchestrator.get('metrics')).text
    expect(metricSum(metrics, 'orchestrator_builds_joined_total')).toBe(6)
  })

  it('go on alone when the other is cancelled in the middle of a build, whichever it is', async () => {
    for (const [place, date] of ['2026-11-02', '2026-11-03'].entries()) {
      const called = server.called('/r1')
      const runs = await openBoth(date)
      await called
      const [cancelled = '', left = ''] = place === 0 ? runs : runs.toReversed()
      await client.cancelRun(cancelled)
      expect((await factsOf(client, left)).at(-1)).toMatchObject({ state: 'succeeded' })
      expect((await client.getRun(cancelled)).state).toBe('cancelled')
      expect(await announced(date)).toEqual(steps.map((id) => `${id} 1`))
    }
  })

  it('retry a failure together, and share again', async () => {
    const before = loads()
    server.failFirst('/r2', server.loadsOf('/r2') + 1)
    const runs = await openBoth('2026-11-04')
    for (const facts of await Promise.all(runs.map((run) => factsOf(client, run)))) {
      expect(facts.filter(({ type }) => type === 'object-retry-scheduled')).toMatchObject([
        { object_id: 'r2', attempt: 1 },
      ])
      expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 6 } })
    }
    expect(since(before)).toEqual([1, 2, 1, 1, 1, 1])
    expect(await announced('2026-11-04')).toEqual([...steps.map((id) => `${id} 1`), 'r2 2'].toSorted())
  })

  it('end although Redis forgets in the middle who waits for whom', async () => {
    const before = loads()
    const called = server.called('/r1')
    const runs = await openBoth('2026-11-05')
    const following = runs.map((run) => factsOf(client, run))
    await called
    const redisClient = connectRedis({ url: redis.url }, silentLogger)
    await redisClient.flushall()
    await closeRedis(redisClient)
    for (const facts of await Promise.all(following))
      expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 6 } })
    // What was under way may be loaded twice, once for each run; nothing more often.
    for (const count of since(before)) expect([1, 2]).toContain(count)
  })
})
