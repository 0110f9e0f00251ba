// Workers of a real house die, are cancelled, and come to life: attempts find somebody else, a signal, or wait for them.

import { expect, it } from 'vitest'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import type { HouseProcess } from '../support/house-process.ts'
import { clientOf, factsOf, realHouse } from '../support/real-house.ts'

const longMs = 60_000
const slow = { WORKER_1_PROC_SEC: '600', DRAIN_SECONDS: '0' }
const quick = { WORKER_1_PROC_SEC: '0' }
const objects = [{ id: 1001, layer: 1000, name: 'Orders' }]

describeWithBrokers('a house whose workers come and go', (brokers) => {
  const house = realHouse('death', brokers)
  const orchestrator = house.orchestrator()

  const open = (runId: string) => clientOf(orchestrator).openRun({ objects, run_id: runId, all: true })

  const measures = (worker: HouseProcess, metric: string) =>
    worker.until(
      `does not measure ${metric}`,
      async () => {
        const { text } = await worker.get('metrics')
        if (!text.includes(metric)) throw new Error(text.slice(0, 500))
      },
      longMs,
    )

  it('holds objects of a zone without workers, and releases them when one comes', async () => {
    await orchestrator.start()
    await orchestrator.says('zones without anybody who works there')
    expect(await open('held')).toMatchObject({ ok: true })
    const worker = house.worker('ingestion', quick)
    expect((await orchestrator.get('metrics')).text).not.toContain('orchestrator_ready_published_total{')
    await worker.start()
    const facts = await factsOf(clientOf(orchestrator), 'held')
    expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 1 } })
    await measures(orchestrator, 'orchestrator_zone_workers{zone="ingestion"} 1')
    await worker.kill('SIGTERM')
    await measures(orchestrator, 'orchestrator_zone_workers{zone="ingestion"} 0')
  })

  it('tells the loader of a run that is cancelled to give up', async () => {
    const worker = house.worker('ingestion', slow)
    await worker.start()
    await open('cancelled')
    await measures(worker, 'worker_in_flight{zone="ingestion"} 1')
    const askedAtMs = Date.now()
    await clientOf(orchestrator).cancelRun('cancelled', 'not wanted')
    await measures(worker, 'worker_attempts_total{zone="ingestion",outcome="revoked"} 1')
    process.stderr.write(`[death] a loader gave up ${Date.now() - askedAtMs} ms after the cancel\n`)
    expect((await factsOf(clientOf(orchestrator), 'cancelled')).at(-1)).toMatchObject({ state: 'cancelled' })
    await worker.kill('SIGTERM')
  })

  it('gives the object of a worker that is killed to another one', async () => {
    const victim = house.worker('ingestion', slow)
    await victim.start()
    await open('killed')
    await measures(victim, 'worker_in_flight{zone="ingestion"} 1')
    const colleague = house.worker('ingestion', quick)
    await colleague.start()
    const killedAtMs = Date.now()
    expect(await victim.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    const facts = await factsOf(clientOf(orchestrator), 'killed')
    const loaded = facts.find(({ type }) => type === 'object-loaded')
    process.stderr.write(
      `[death] attempt ${loaded?.attempt} was loaded ${Date.now() - killedAtMs} ms after the kill of its worker\n`,
    )
    expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 1, failed: 0 } })
    const lost = facts.filter(({ type }) => type === 'object-retry-scheduled')
    expect(loaded?.attempt).toBe(1 + lost.length)
    expect(lost.every(({ given_up }) => given_up === 'lost')).toBe(true)
    await colleague.kill('SIGTERM')
  })
})
