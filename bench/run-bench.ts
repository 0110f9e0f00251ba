// A whole bench: brokers up, systems up, everything measured, everything down.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchBrokers, noBrokers, openBenchBrokers } from './brokers.ts'
import { measureFiles } from './measure-files.ts'
import { measureGraphs } from './measure-graphs.ts'
import { measureInFlight } from './measure-in-flight.ts'
import { openSystems, type Surroundings } from './open-systems.ts'
import type { BenchOptions, SystemName, WorkloadName } from './options.ts'
import { type BenchResult, commitNow, type InFlightRow, machineNow } from './report/bench-result.ts'
import type { FileRow } from './report/file-row.ts'
import type { GraphRow } from './report/graph-row.ts'
import { chain, diamond, independent, layered, type Shape } from './shape.ts'

/** Measures what the options ask for, and leaves nothing behind. Rejects when a run was not done rightly. */
export async function runBench(options: BenchOptions, say: (line: string) => void): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-bench-'))
  // Asked first: this is the code that is measured, whatever is committed meanwhile.
  const code = commitNow()
  const loadBefore = loadavg()[0] ?? 0
  try {
    const files = await fileRows(options, folder, say)
    const { graphs, inFlight, brokers } = await onBrokers(options, folder, say)
    const { version: node } = process
    const date = new Date().toISOString()
    return {
      format: 'millefeuille/bench@1',
      date,
      ...code,
      node,
      machine: machineNow(),
      brokers,
      loadBefore,
      graphs,
      files,
      inFlight,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fileRows(
  options: BenchOptions,
  folder: string,
  say: (line: string) => void,
): Promise<FileRow[]> {
  const { workloads, isQuick, profiles } = options
  const repetitions = Math.min(options.repetitions, 3)
  const sizes = { 'plan-100k': isQuick ? 5_000 : 100_000, 'plan-1m': isQuick ? 20_000 : 1_000_000 }
  const rows: FileRow[] = []
  for (const name of ['plan-100k', 'plan-1m'] as const) {
    if (!workloads.includes(name)) continue
    rows.push(await measureFiles({ objects: sizes[name], repetitions, folder, profiles, say }))
  }
  return rows
}

const inOneProcess: ReadonlySet<SystemName> = new Set(['embedded', 'durable'])

interface OnBrokers {
  readonly graphs: readonly GraphRow[]
  readonly inFlight: readonly InFlightRow[]
  readonly brokers: string
}

async function onBrokers(
  options: BenchOptions,
  folder: string,
  say: (line: string) => void,
): Promise<OnBrokers> {
  const shapes = shapesOf(options)
  const wantsInFlight = options.workloads.includes('in-flight')
  if (shapes.length === 0 && !wantsInFlight) return { graphs: [], inFlight: [], brokers: 'none' }
  const needsNone = !wantsInFlight && options.systems.every((name) => inOneProcess.has(name))
  const brokers = needsNone ? noBrokers : await openBenchBrokers(process.env)
  const prefix = `bench.${randomBytes(4).toString('hex')}`
  const around: Surroundings = { brokers, prefix, folder, profiles: options.profiles }
  try {
    const graphs = shapes.length === 0 ? [] : await graphRows(options, shapes, around, say)
    // Other topics and another group of answers: the first house is gone, and its group with it.
    const fresh = { ...around, prefix: `${prefix}.alone` }
    const inFlight = wantsInFlight ? [await inFlightRow(fresh, options.objects, say)] : []
    return { graphs, inFlight, brokers: inWords(brokers) }
  } finally {
    await brokers.stop()
  }
}

async function inFlightRow(
  around: Surroundings,
  objects: number,
  say: (line: string) => void,
): Promise<InFlightRow> {
  await openSystems([], around)
  const row = await measureInFlight(around, objects)
  say(`${objects} in flight: ${row.rssMiB.toFixed(0)} MiB`)
  return row
}

async function graphRows(
  { systems: names, repetitions }: BenchOptions,
  shapes: readonly Shape[],
  around: Surroundings,
  say: (line: string) => void,
): Promise<readonly GraphRow[]> {
  const systems = await openSystems(names, around)
  try {
    return await measureGraphs({ shapes, systems, repetitions, say })
  } finally {
    await Promise.all(systems.map((system) => system.stop()))
  }
}

function shapesOf({ workloads, objects, isQuick }: BenchOptions): readonly Shape[] {
  const shapes: Partial<Record<WorkloadName, Shape>> = {
    firehose: independent(objects),
    chain: chain(isQuick ? 100 : 1_000),
    'layered-10x100': layered(10, isQuick ? 20 : 100),
    'layered-20x500': layered(20, isQuick ? 20 : 500),
    diamond: diamond(isQuick ? 100 : 1_000),
  }
  return workloads.flatMap((name) => shapes[name] ?? [])
}

function inWords(brokers: BenchBrokers): string {
  if (brokers === noBrokers) return 'none'
  const { pids } = brokers
  const kafka =
    pids.kafka === undefined ? 'Kafka as given' : 'one Apache Kafka 4.2.0, acks=all, no forced flush'
  const redis = pids.redis === undefined ? 'Redis as given' : 'Redis with appendonly, appendfsync everysec'
  const always = pids.redisAlways === undefined ? 'no BullMQ' : 'BullMQ on a Redis with appendfsync always'
  return `${kafka}; ${redis}; ${always}`
}
