// The bench still runs: every workload on every system once, small, with its checks of completeness.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BenchResult } from '../../bench/report/bench-result.ts'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'

const root = join(import.meta.dirname, '../..')

describeWithOwnBrokers('npm run bench -- --quick', ['kafka', 'redis'], () => {
  let folder: string
  let printed: string
  let result: BenchResult

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millefeuille-bench-test-'))
    const out = join(folder, 'result.json')
    const program = join(root, 'bench/main.ts')
    const { KAFKA_BOOTSTRAP: _, REDIS_URL: __, ...env } = process.env
    const run = promisify(execFile)(process.execPath, [program, '--quick', '--out', out], {
      env,
      timeout: 150_000,
    })
    printed = (await run).stdout
    result = JSON.parse(readFileSync(out, 'utf8')) as BenchResult
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('measures every graph on every system, with every object loaded once and after its parents', () => {
    const measured = result.graphs.map(({ workload, system }) => `${workload} ${system}`)
    const workloads = ['firehose', 'chain', 'layered-10x20', 'layered-20x20', 'diamond']
    const systems = ['raw', 'real', 'embedded', 'durable', 'bullmq']
    expect(measured).toEqual(
      workloads.flatMap((workload) => systems.map((system) => `${workload} ${system}`)),
    )
    for (const { ratioToRaw, system } of result.graphs) {
      expect(ratioToRaw?.median ?? 1).toBeGreaterThan(0)
      expect(ratioToRaw === undefined).toBe(system === 'raw')
    }
  })

  it('measures load and plan against parsing, and the memory of objects in flight', () => {
    expect(result.files.map(({ objects }) => objects)).toEqual([5_000, 20_000])
    for (const { ratio } of result.files) expect(ratio.median).toBeGreaterThan(0)
    expect(result.inFlight).toMatchObject([{ objects: 2_000 }])
  })

  it('prints what was reached beside what was aimed at, and says on what', () => {
    expect(printed).toMatch(/aim +wanted +reached/)
    expect(printed).toMatch(/hop p50, real/)
    expect(result).toMatchObject({ format: 'millefeuille/bench@1', machine: { cores: expect.any(Number) } })
  })
})
