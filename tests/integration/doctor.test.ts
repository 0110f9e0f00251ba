// doctor on a real Kafka and a real Redis: each defect planted by hand, found, mended, and not found again.

import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { redisKeys } from '../../orchestrator/adapters/redis/redis-keys.ts'
import { RedisStoreInspection } from '../../orchestrator/adapters/redis/redis-store-inspection.ts'
import { closeRedis, connectRedis, type RedisClient } from '../../shared/adapters/redis/connection.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { millefeuille } from '../support/command-line.ts'
import { clientOf, factsOf, realHouse } from '../support/real-house.ts'

const quick = { WORKER_1_PROC_SEC: '0.01', WORKER_2_PROC_SEC: '0.01', WORKER_3_PROC_SEC: '0.01' }
const object = (id: string, parent?: string) => ({
  ...{ id, zone: '1-Raw', name: id },
  ...(parent === undefined ? {} : { parents: [parent] }),
})

interface Report {
  readonly ok: boolean
  readonly findings: readonly { readonly code: string; readonly state: string; readonly subject: string }[]
  readonly repairs: readonly { readonly outcome: string; readonly repair: { readonly kind: string } }[]
}

/** One run that has ended, one that waits for a zone where nobody works, and then no program at all. */
describeWithBrokers('doctor on Kafka and Redis', (brokers) => {
  const house = realHouse('doctor', brokers)
  const keys = redisKeys(`${house.env.REDIS_PREFIX}:`)
  let redis: RedisClient

  beforeAll(async () => {
    redis = connectRedis({ url: brokers.redis }, silentLogger)
    const programs = [house.orchestrator(), house.worker('ingestion', quick)] as const
    await Promise.all(programs.map((program) => program.start()))
    const client = clientOf(programs[0])
    await client.openRun({ objects: [object('1001'), object('1002', '1001')], run_id: 'ended' })
    await factsOf(client, 'ended')
    const below = { id: '2001', zone: '2-Standardized', parents: ['1001'] }
    await client.openRun({ objects: [object('1001'), below], run_id: 'open' })
    await programs[0].until('waits for nobody', async () => {
      const { counts } = await client.getRun('open')
      if (counts.ready !== 1 || counts.loaded !== 1) throw new Error('not yet')
    })
    for (const program of programs) await program.kill('SIGTERM')
  })
  afterAll(() => closeRedis(redis))

  // A minute ahead: what was announced when the house stopped is old enough.
  const system = new SystemClock()
  const clock: Clock = {
    nowMs: () => system.nowMs() + 60_000,
    after: (delayMs, action) => system.after(delayMs, action),
  }

  const doctor = async (...args: readonly string[]) => {
    const { code, json } = await millefeuille(['doctor', '--json', ...args], { env: house.env, clock })
    const report = json() as unknown as Report
    // Nobody runs, which is what the test wants and doctor rightly says.
    const findings = report.findings.filter((finding) => finding.code !== 'GROUP_WITHOUT_MEMBERS')
    return { code, ...report, codes: findings.map((finding) => finding.code).sort() }
  }

  const expectMended = async (codes: readonly string[], repairs: readonly string[]) => {
    const dry = await doctor('--dry-run')
    expect(dry.codes).toEqual(codes)
    expect(dry.repairs.map(({ outcome }) => outcome)).toEqual(repairs.map(() => 'would be done'))
    const fixed = await doctor('--fix')
    expect(fixed.codes).toEqual(codes)
    expect(fixed.repairs.map(({ repair, outcome }) => `${repair.kind} ${outcome}`)).toEqual(repairs)
    const again = await doctor('--fix')
    expect([again.codes, again.repairs]).toEqual([[], []])
  }

  it('finds nothing but that nobody runs', async () => {
    const { codes, findings } = await doctor()
    expect(codes).toEqual([])
    const waiting = findings.find(({ state }) => state === 'fail')
    expect(waiting?.subject).toMatch(/^group .*\.standardization$/)
  })

  it('mends a run whose keys are gone', async () => {
    const { commits, head, retries } = keys.run('open')
    await redis.del(commits, head, retries)
    await expectMended(['RUN_MISSING'], ['rebuild done'])
    expect(JSON.parse((await redis.hget(head, 'summary')) ?? '')).toMatchObject({ state: 'running' })
  })

  it.each(['open', 'ended'])('mends the run that is %s when its list is cut', async (runId) => {
    await redis.ltrim(keys.run(runId).commits, 0, '-2')
    await expectMended(['RUN_BEHIND'], ['rebuild done'])
  })

  it('mends a plan that is gone', async () => {
    const plan = (await redis.hget(keys.run('open').head, 'plan')) ?? ''
    await redis.del(keys.plan(plan))
    await expectMended(['PLAN_NOT_STORED'], ['store-plan done'])
  })

  it('mends a Redis that was emptied of the house', async () => {
    const all = await redis.keys(`${house.env.REDIS_PREFIX}:*`)
    await redis.del(...all)
    const { codes } = await doctor()
    expect(codes).toEqual(['RUN_MISSING', 'RUN_MISSING', 'STORE_NOT_WHOLE'])
    expect((await doctor('--fix')).repairs).toMatchObject([{ outcome: 'done' }])
    expect((await doctor('--fix')).repairs).toEqual([])
  })

  it('removes what belongs to nobody, and leaves what does', async () => {
    await redis.hset(keys.run('nobody').retries, '1001', 2)
    await redis.hset(keys.run('headless').head, 'last', 'x', 'ended', '0')
    await redis.hset(keys.plan('unused'), '0', '{}')
    await expectMended(
      ['COUNTERS_ORPHANED', 'HEAD_ORPHANED', 'PLAN_ORPHANED'],
      ['forget-counters done', 'forget-head done', 'forget-plan done'],
    )
    const left = ['nobody', 'headless'].flatMap((id) => [keys.run(id).retries, keys.run(id).head])
    expect(await redis.exists(...left, keys.plan('unused'))).toBe(0)
  })

  it('clears nothing away that came into use meanwhile', async () => {
    const prefix = `${house.env.REDIS_PREFIX}:`
    const inspection = new RedisStoreInspection(redis, { prefix, nowMs: Date.now })
    await redis.hset(keys.run('open').retries, '1001', 2)
    const plan = (await redis.hget(keys.run('open').head, 'plan')) ?? ''
    expect(await inspection.forgetCounters('open')).toBe(false)
    expect(await inspection.forgetHead('open')).toBe(false)
    expect(await inspection.forgetPlan(plan)).toBe(false)
    expect(await redis.exists(keys.run('open').retries, keys.run('open').head, keys.plan(plan))).toBe(3)
    await redis.del(keys.run('open').retries)
  })

  it('publishes an outbox that is held', async () => {
    await redis.hset(keys.run('open').head, 'relayed', 0, 'published', 0, 'kept_at', Date.now() - 60_000)
    await expectMended(['OUTBOX_NOT_DRAINED'], ['attend done'])
    expect(await redis.hget(keys.run('open').head, 'published')).toBe('1')
  })

  it('enters a run that nobody looks at', async () => {
    await redis.zrem(keys.openRuns, 'open')
    await expectMended(['RUN_NOT_ENTERED'], ['enter done'])
  })

  it('moves a group that is behind the end of its topic', async () => {
    const admin = new Kafka({ brokers: [brokers.kafka], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const groupId = house.env.ORCHESTRATOR_GROUP ?? ''
    const partitions = [{ partition: 0, offset: '1000' }]
    await admin.setOffsets({ groupId, topic: house.topics.failed, partitions })
    await admin.disconnect()
    await expectMended(['GROUP_OUT_OF_RANGE'], ['move-offset done'])
  })

  it('sends the Ready event again that its zone never saw', async () => {
    const admin = new Kafka({ brokers: [brokers.kafka], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    const topic = `${house.topics.ready}.standardization`
    const ends = await admin.fetchTopicOffsets(topic)
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }))
    await admin.setOffsets({ groupId: `${house.env.WORKER_GROUP}.standardization`, topic, partitions })
    await admin.disconnect()
    await expectMended(['ATTEMPT_LOST'], ['announce done'])
  })

  it('tells of an outcome that nobody announced, and leaves it', async () => {
    const producer = new Kafka({ brokers: [brokers.kafka], logLevel: logLevel.NOTHING }).producer()
    await producer.connect()
    const commit = (number: number, facts: readonly object[]) => ({
      key: 'stranger',
      value: JSON.stringify({
        ...{ v: 1, id: `s${number}`, ...(number === 1 ? {} : { prev: 's1' }), run_id: 'stranger' },
        ...{ version: number, at_ms: 0, facts },
      }),
    })
    const loaded = { type: 'object-loaded', object_id: '1001', attempt: 1 }
    const ended = { type: 'run-ended', state: 'succeeded', counts: {}, duration_ms: 1 }
    const messages = [commit(1, [{ type: 'run-opened', plan: 'p' }]), commit(2, [loaded, ended])]
    await producer.send({ topic: house.topics.journal, messages })
    await producer.disconnect()
    const { code, findings } = await doctor('--run', 'stranger')
    expect([code, findings]).toMatchObject([5, [{ code: 'OUTCOME_WITHOUT_READY', repair: null }]])
  })

  it('looks at one run only, when it is told which, and says in words what it did', async () => {
    await redis.hset(keys.run('nobody').retries, '1001', 2)
    expect((await doctor('--run', 'ended')).findings).toEqual([])
    const { out } = await millefeuille(['doctor', '--run', 'nobody', '--fix'], { env: house.env })
    expect(out).toContain('warn  run nobody: COUNTERS_ORPHANED Redis has retry counters of 1 of its objects')
    expect(out).toContain('done: remove the retry counters of run nobody')
  })

  it('does not call a run well that nobody knows', async () => {
    const { code, out } = await millefeuille(['doctor', '--run', 'nope'], { env: house.env })
    expect([code, out]).toEqual([
      2,
      expect.stringContaining("there is no run 'nope', or it is no longer kept"),
    ])
  })

  it('leaves a house that goes on where it was', async () => {
    const orchestrator = house.orchestrator()
    const worker = house.worker('standardization', quick)
    await Promise.all([orchestrator.start(), worker.start()])
    const facts = await factsOf(clientOf(orchestrator), 'open')
    expect(facts.at(-1)).toMatchObject({ type: 'run-ended', state: 'succeeded' })
    expect((await doctor()).codes).toEqual(['OUTCOME_WITHOUT_READY'])
  })
})
