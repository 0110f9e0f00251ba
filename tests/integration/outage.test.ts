// Kafka and Redis go away and come back under a running house: probes say so, and the run goes on to its end.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalKafka } from '../support/brokers/local-kafka.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import type { HouseProcess } from '../support/house-process.ts'
import { layeredObjects } from '../support/layered-objects.ts'
import { clientOf, RealHouse } from '../support/real-house.ts'

const count = 300
/** Slow enough that the run outlasts the end of a broker, quick enough to wait for. */
const slow = { WORKER_1_PROC_SEC: '0.05', WORKER_2_PROC_SEC: '0.05', WORKER_3_PROC_SEC: '0.05' }

describeWithOwnBrokers('a house whose brokers restart', ['kafka', 'redis'], () => {
  const kafka = new LocalKafka()
  const redis = new LocalRedis()
  let house: RealHouse
  let orchestrator: HouseProcess
  let programs: readonly HouseProcess[]

  beforeAll(async () => {
    await Promise.all([kafka.start(), redis.start()])
    house = new RealHouse('outage', { kafka: kafka.bootstrap, redis: redis.url }, { LEASE_SECONDS: '3' })
    orchestrator = house.orchestrator()
    programs = [orchestrator, ...house.workers({ ...slow, MAX_WORKERS: '4' })]
    await Promise.all(programs.map((program) => program.start()))
  })
  afterAll(async () => {
    await house.close()
    await Promise.all([kafka.stop(), redis.stop()])
  })

  const notReady = (program: HouseProcess, part: string) =>
    program.until(`does not say that ${part} is away`, async () => {
      const { status, text } = await program.get('health/readiness')
      if (status !== 503 || !JSON.parse(text).failing?.includes(part)) throw new Error(`${status} ${text}`)
    })

  /** Opens a run, takes a broker away in its middle, and gives what the run came to. */
  async function survive(part: string, broker: LocalKafka | LocalRedis) {
    const client = clientOf(orchestrator)
    const { definitions } = layeredObjects(count, 1)
    await client.openRun({ objects: definitions, run_id: part, all: true })
    let loaded = 0
    for await (const fact of client.followFacts(part)) {
      if (fact.type === 'object-loaded' && ++loaded === 30) {
        await broker.kill('SIGKILL')
        await Promise.all(programs.map((program) => notReady(program, part)))
        for (const program of programs)
          expect((await program.get('health/liveness')).status, program.name).toBe(200)
        await broker.start()
        await Promise.all(programs.map((program) => program.isReady()))
      }
      if (fact.type === 'run-ended') return fact
    }
    return undefined
  }

  it('says which part is away while Redis restarts, and finishes the run', async () => {
    expect(await survive('redis', redis)).toMatchObject({ state: 'succeeded', counts: { loaded: count } })
  })

  it('says which part is away while Kafka restarts, and finishes the run', async () => {
    expect(await survive('kafka', kafka)).toMatchObject({ state: 'succeeded', counts: { loaded: count } })
  })

  it('has lost no program over it', () => {
    expect(programs.map((program) => program.end)).toEqual(programs.map(() => undefined))
  })

  it('may be started before its brokers: each program is alive, says what it waits for, may be ended, and begins by itself', async () => {
    await Promise.all(programs.map((program) => program.kill('SIGTERM')))
    await Promise.all([kafka.kill(), redis.kill()])
    for (const program of programs) program.spawn()
    for (const part of ['redis', 'kafka'])
      await Promise.all(programs.map((program) => notReady(program, part)))
    for (const program of programs) {
      expect((await program.get('health/liveness')).status, program.name).toBe(200)
      expect((await program.get('health/startup')).status, program.name).toBe(503)
    }
    const ends = await Promise.all(programs.map((program) => program.kill('SIGTERM')))
    expect(ends).toEqual(programs.map(() => ({ code: 0, signal: null })))
    for (const program of programs) program.spawn()
    await Promise.all([kafka.start(), redis.start()])
    await Promise.all(programs.map((program) => program.isReady()))
    for (const program of programs)
      expect((await program.get('health/startup')).status, program.name).toBe(200)
  })
})
