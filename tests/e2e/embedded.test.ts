// The embedded house as people start it on a machine with nothing but Node: `start`, and `run` with its exit codes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CommandProcess, millefeuilleProcess } from '../support/command-process.ts'
import { HouseProcess } from '../support/house-process.ts'
import { metricSum } from '../support/metric-sum.ts'
import { clientOf, factsOf } from '../support/real-house.ts'

const samples = join(import.meta.dirname, '../../tools/samples/objects.json')
const quick = { WORKER_1_PROC_SEC: '0.01', WORKER_2_PROC_SEC: '0.01', WORKER_3_PROC_SEC: '0.01' }
const endless = { WORKER_1_PROC_SEC: '600' }
/** Loaders that take ten minutes must not hold up an end. */
const soonMs = 15_000

describe('millefeuille start, without Kafka and Redis', () => {
  const house = new HouseProcess({
    name: 'the embedded house',
    file: 'tools/millefeuille.js',
    args: ['start'],
    env: { ...quick, SCHEDULE_CATCH_UP: 'none' },
  })

  beforeAll(async () => {
    await house.start()
    await house.says('metrics ')
  })
  afterAll(() => house.close())

  it('says in its first lines where to look', () => {
    const first = house.output().split('\n').slice(0, 10).join('\n')
    for (const path of ['api/v1/runs', 'health/readiness', 'metrics'])
      expect(first).toContain(`${house.url}/${path}`)
    expect(first).toContain(samples)
  })

  it('loads the sample objects through the three zones', async () => {
    const client = clientOf(house)
    await house.says('"run opened"')
    const { runs } = await client.listRuns()
    const facts = await factsOf(client, runs[0]?.run_id ?? '')
    expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 9, failed: 0 } })
    const { text } = await house.get('metrics')
    for (const zone of ['ingestion', 'standardization', 'application'])
      expect(text).toMatch(new RegExp(`worker_attempts_total\\{[^}]*zone="${zone}"[^}]*\\} 3`))
    expect(metricSum(text, 'orchestrator_loaded_received_total')).toBe(9)
  })

  it('answers the probes', async () => {
    for (const path of ['liveness', 'readiness', 'startup'])
      expect((await house.get(`health/${path}`)).status, path).toBe(200)
  })

  it('ends with 0 at Ctrl-C', async () => {
    expect(await house.kill('SIGINT')).toEqual({ code: 0, signal: null })
  })
})

describe('millefeuille run, without an orchestrator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-run-'))
  const invalid = join(folder, 'invalid.json')
  beforeAll(() => writeFileSync(invalid, '[{ "id": 2001, "parents": [1009] }]'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('loads a file, tells it in plain lines where nobody looks, and ends with 0', async () => {
    const { code, out, err } = await millefeuilleProcess(['run', samples], quick)
    expect({ code, err: err.includes('\u001b') }).toEqual({ code: 0, err: false })
    expect(out).toEqual([expect.stringMatching(/^run \S+ succeeded: 9 loaded in /)])
    for (const id of ['1001', '2005', '3006']) expect(err).toMatch(new RegExp(`loaded +${id} `))
  })

  it('prints the facts as NDJSON with --json: the format first, the end of the run last', async () => {
    const { code, out } = await millefeuilleProcess(['run', samples, '--json'], quick)
    const lines = out.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(code).toBe(0)
    expect(lines[0]).toEqual({ format: 'millefeuille/facts@1' })
    expect(lines.filter(({ type }) => type === 'object-loaded')).toHaveLength(9)
    expect(lines.at(-1)).toEqual({
      type: 'run-ended',
      run_id: expect.any(String),
      at_ms: expect.any(Number),
      state: 'succeeded',
      counts: { loaded: 9, failed: 0, blocked: 0, reused: 0, cancelled: 0 },
      duration_ms: expect.any(Number),
    })
  })

  it('ends with 3 when objects failed, and says which and what they blocked', async () => {
    const failing = { ...quick, WORKER_PRECHECK_SUFFIXES: '2001', MAX_RETRIES: '0' }
    const { code, out, err } = await millefeuilleProcess(['run', samples], failing)
    expect(code).toBe(3)
    expect(out.join('\n')).toMatch(/failed.*7 loaded.*1 failed.*1 blocked/)
    expect(err).toMatch(/failed +2001 .*PRECHECK_FAILED/)
  })

  it('ends with 4 when the run took too long, without waiting for its loaders', async () => {
    const { code, out } = await withinBound(millefeuilleProcess(['run', samples, '--timeout', '1'], endless))
    expect(code).toBe(4)
    expect(out.join('\n')).toContain('timed-out')
  })

  it('ends with 1 on an invalid file, and names line, column and code', async () => {
    const { code, err } = await millefeuilleProcess(['run', invalid])
    expect(code).toBe(1)
    expect(err).toMatch(/invalid\.json:1:\d+: error UNKNOWN_PARENT/)
  })

  it('ends with 2 when it is called in a wrong way', async () => {
    for (const args of [['run'], ['run', samples, '--frobnicate'], ['run', join(folder, 'nowhere.json')]])
      expect((await millefeuilleProcess(args)).code, args.join(' ')).toBe(2)
    expect((await millefeuilleProcess(['run', samples], { MAX_WORKERS: 'many' })).code).toBe(2)
  })

  it('ends with 130 at Ctrl-C, with the run cancelled', async () => {
    const command = new CommandProcess(['run', samples], endless)
    await command.says('ready')
    command.signal('SIGINT')
    const { code, out } = await withinBound(command.ended)
    expect(code).toBe(130)
    expect(out.join('\n')).toContain('cancelled')
  })

  async function withinBound<End>(ended: Promise<End>): Promise<End> {
    const beganAtMs = performance.now()
    const end = await ended
    expect(performance.now() - beganAtMs).toBeLessThan(soonMs)
    return end
  }
})
