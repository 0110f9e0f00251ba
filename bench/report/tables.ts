// The result as tables that people read.

import { tableLines } from '../../tools/table.ts'
import type { Spread } from '../statistics.ts'
import { aimsOf } from './aims.ts'
import type { BenchResult } from './bench-result.ts'
import type { GraphRow } from './graph-row.ts'

/** Every table, with an empty line between them. */
export function printedTables(result: BenchResult): string {
  const tables = [
    graphTable(result),
    cpuTable(result),
    fileTable(result),
    inFlightTable(result),
    aimTable(result),
  ]
  return tables
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function graphTable({ graphs }: BenchResult): readonly string[] {
  if (graphs.length === 0) return []
  const head = [
    'workload',
    'system',
    'objects',
    'wall ms (min–max)',
    'objects/s',
    'hop p50 / p99 ms',
    '× raw',
    '× embedded',
  ]
  const rows = graphs.map((row) => [
    row.workload,
    row.system,
    row.objects,
    spread(row.wallMs, 0),
    Math.round(row.perSecond.median),
    row.hopMs === undefined ? '' : `${row.hopMs.p50.median.toFixed(2)} / ${row.hopMs.p99.median.toFixed(2)}`,
    row.ratioToRaw === undefined ? '' : spread(row.ratioToRaw, 2),
    row.ratioToEmbedded === undefined ? '' : spread(row.ratioToEmbedded, 2),
  ])
  return tableLines(head, rows)
}

/** Where the CPU goes: the sum, then each process, for the runs that are long enough to be read. */
function cpuTable({ graphs }: BenchResult): readonly string[] {
  const long = graphs.filter(({ wallMs }) => wallMs.median >= 500)
  if (long.length === 0) return []
  const head = ['workload', 'system', 'CPU µs/object', 'CPU seconds by process', 'lead max RSS MiB']
  return tableLines(
    head,
    long.map((row) => [
      row.workload,
      row.system,
      Math.round((sumOf(row) / row.objects) * 1e6),
      Object.entries(row.cpuSeconds)
        .map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`)
        .join(', '),
      Math.round(row.leadMaxRssMiB),
    ]),
  )
}

function fileTable({ files }: BenchResult): readonly string[] {
  if (files.length === 0) return []
  const head = [
    'workload',
    'objects',
    'input MiB',
    'read+parse ms',
    'load+plan ms',
    '× parse',
    'parse RSS MiB',
    'plan RSS MiB',
  ]
  return tableLines(
    head,
    files.map((row) => [
      row.workload,
      row.objects,
      Math.round(row.inputMiB),
      spread(row.parseMs, 0),
      spread(row.planMs, 0),
      spread(row.ratio, 2),
      Math.round(row.parseMaxRssMiB),
      Math.round(row.planMaxRssMiB),
    ]),
  )
}

function inFlightTable({ inFlight }: BenchResult): readonly string[] {
  if (inFlight.length === 0) return []
  const head = ['workload', 'objects', 'RSS MiB', 'max RSS MiB', 'idle RSS MiB']
  return tableLines(
    head,
    inFlight.map((row) => [
      'in flight, orchestrator',
      row.objects,
      Math.round(row.rssMiB),
      Math.round(row.maxRssMiB),
      Math.round(row.idleRssMiB),
    ]),
  )
}

function aimTable(result: BenchResult): readonly string[] {
  const aims = aimsOf(result)
  if (aims.length === 0) return []
  return tableLines(
    ['aim', 'wanted', 'reached', ''],
    aims.map(({ aim, wanted, reached, isReached }) => [aim, wanted, reached, isReached ? 'yes' : 'NO']),
  )
}

function spread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
}

function sumOf({ cpuSeconds }: GraphRow): number {
  return Object.values(cpuSeconds).reduce((sum, seconds) => sum + seconds, 0)
}
