// What was aimed at, and what was reached.

import type { BenchResult } from './bench-result.ts'

export interface Aim {
  readonly aim: string
  readonly wanted: string
  readonly reached: string
  readonly isReached: boolean
}

/** Aims whose workload was not measured are left out. */
export function aimsOf(result: BenchResult): readonly Aim[] {
  const aims: Aim[] = []
  const most = (aim: string, value: number | undefined, limit: number, unit: string) => {
    if (value === undefined) return
    aims.push({
      aim,
      wanted: `≤ ${limit} ${unit}`,
      reached: `${figure(value)} ${unit}`,
      isReached: value <= limit,
    })
  }
  const real = (workload: string) =>
    result.graphs.find((row) => row.workload === workload && row.system === 'real')
  const firehose = real('firehose')
  if (firehose !== undefined) {
    const rate = firehose.perSecond.median
    const reached = `${Math.round(rate)} /s`
    aims.push({ aim: 'completions, real', wanted: '≥ 20000 /s', reached, isReached: rate >= 20_000 })
  }
  most('firehose against the raw client', firehose?.ratioToRaw?.median, 1.5, '×')
  most('hop p50, real', real('chain')?.hopMs?.p50.median, 2.5, 'ms')
  most('hop p99, real', real('chain')?.hopMs?.p99.median, 10, 'ms')
  most('layered 10 × 100, real', real('layered-10x100')?.wallMs.median, 200, 'ms')
  most('diamond, real', real('diamond')?.wallMs.median, 100, 'ms')
  for (const { workload, ratioToEmbedded } of result.graphs)
    if (ratioToEmbedded !== undefined && workload === 'firehose')
      most('throughput that durability costs, firehose', 100 * (1 - 1 / ratioToEmbedded.median), 15, '%')
  for (const row of result.files)
    most(`load and plan of ${row.objects} against parsing`, row.ratio.median, 3, '×')
  for (const row of result.inFlight)
    most(`orchestrator with ${row.objects} in flight`, row.rssMiB, 300, 'MiB')
  return aims
}

function figure(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.round(value))
}
