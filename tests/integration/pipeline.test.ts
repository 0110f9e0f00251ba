// The main job as people run it: orchestrator and workers as processes, on a real Kafka and a real Redis.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { FactLine } from '../../shared/api/run-resource.ts'
import type { Json } from '../../shared/base/json.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { metricSum } from '../support/metric-sum.ts'
import { clientOf, factsOf, realHouse } from '../support/real-house.ts'

const samples = join(import.meta.dirname, '../../tools/samples/objects.json')
const parentsOf: Readonly<Record<string, readonly string[]>> = {
  1001: [],
  1002: [],
  1005: [],
  2001: ['1001'],
  2002: ['1002'],
  2005: ['1005'],
  3000: ['2001', '2002', '2005'],
  3005: ['2002'],
  3006: ['2002', '2005'],
}
const quick = { WORKER_1_PROC_SEC: '0.01', WORKER_2_PROC_SEC: '0.01', WORKER_3_PROC_SEC: '0.01' }
const counts = { loaded: 9, failed: 0, blocked: 0, reused: 0, cancelled: 0 }

describeWithBrokers('the pipeline on Kafka and Redis', (brokers) => {
  const house = realHouse('pipeline', brokers, { OBJECTS_PATH: samples })
  const orchestrator = house.orchestrator()
  const workers = house.workers(quick)
  const programs = [orchestrator, ...workers]

  beforeAll(async () => {
    // All at once, as a deployment does it: whoever comes first waits for the others.
    await Promise.all(programs.map((program) => program.start()))
  })

  it('loads the objects of OBJECTS_PATH by itself, each behind its parents', async () => {
    const client = clientOf(orchestrator)
    await orchestrator.says('the object files are taken')
    const runs = await untilRuns(() => client.listRuns())
    expect(runs.map((run) => run.run_id)).toEqual([expect.stringMatching(/^objects-[0-9a-f]{12}@\d{4}-/)])
    expectAllLoaded(await factsOf(client, runs[0]?.run_id ?? ''))
  })

  it('loads the objects that POST /api/v1/runs brings, each behind its parents', async () => {
    const client = clientOf(orchestrator)
    const objects = JSON.parse(await readFile(samples, 'utf8')) as Json[]
    const opened = await client.openRun({ objects, run_id: 'posted' })
    expect(opened).toMatchObject({ ok: true, value: { run_id: 'posted', opened: true, objects: 9 } })
    expectAllLoaded(await factsOf(client, 'posted'))
    expect(await client.getRun('posted')).toMatchObject({ state: 'succeeded', counts })
    expect(await client.openRun({ objects, run_id: 'posted' })).toMatchObject({ value: { opened: false } })
  })

  async function untilRuns<Page extends { readonly runs: readonly unknown[] }>(list: () => Promise<Page>) {
    let runs: Page['runs'] = []
    await orchestrator.until('opens no run', async () => {
      runs = (await list()).runs
      if (runs.length === 0) throw new Error('no run')
    })
    return runs as Page['runs']
  }

  it('answers every probe of every program', async () => {
    for (const program of programs) {
      for (const [path, status] of [
        ['liveness', 'alive'],
        ['readiness', 'ready'],
        ['startup', 'started'],
      ]) {
        const answer = await program.get(`health/${path}`)
        expect([program.name, path, answer.status]).toEqual([program.name, path, 200])
        expect(JSON.parse(answer.text)).toMatchObject({ status })
      }
    }
    const { checks } = JSON.parse((await orchestrator.get('health/readiness')).text)
    expect(checks).toMatchObject({ answers: 'ok', kafka: 'ok', redis: 'ok' })
  })

  it('counts what it did in the metrics of each program', async () => {
    const metrics = (await orchestrator.get('metrics')).text
    expect(metricSum(metrics, 'orchestrator_ready_published_total')).toBe(18)
    // At least once is what is promised: an answer may have come twice.
    expect(metricSum(metrics, 'orchestrator_loaded_received_total')).toBeGreaterThanOrEqual(18)
    expect(metricSum(metrics, 'orchestrator_failed_received_total')).toBe(0)
    expect(metricSum(metrics, 'orchestrator_uptime_seconds')).toBeGreaterThan(0)
    for (const worker of workers) {
      const { text } = await worker.get('metrics')
      expect(metricSum(text, 'worker_attempts_total'), worker.name).toBeGreaterThanOrEqual(6)
    }
  })

  it('ends each program with 0 within seconds of SIGTERM', async () => {
    const askedAtMs = performance.now()
    const ends = await Promise.all(programs.map((program) => program.kill('SIGTERM')))
    expect(ends).toEqual(programs.map(() => ({ code: 0, signal: null })))
    expect(performance.now() - askedAtMs).toBeLessThan(10_000)
  })
})

/** Every object announced behind the load of its parents, loaded once, and the run succeeded. */
function expectAllLoaded(facts: readonly FactLine[]): void {
  const loaded: string[] = []
  for (const { type, object_id: id } of facts) {
    if (type === 'object-ready')
      expect(loaded).toEqual(expect.arrayContaining([...(parentsOf[`${id}`] ?? [])]))
    if (type === 'object-loaded') loaded.push(`${id}`)
  }
  expect(loaded.sort()).toEqual(Object.keys(parentsOf))
  expect(facts.at(-1)).toMatchObject({ type: 'run-ended', state: 'succeeded', counts })
}
