// Load and plan of one size, as figures.

import type { Reading } from '../files/read-files.ts'
import { type Spread, spreadOf } from '../statistics.ts'

export interface FileRow {
  readonly workload: string
  readonly objects: number
  readonly inputMiB: number
  readonly repetitions: number
  readonly parseMs: Spread
  readonly planMs: Spread
  /** Plan divided by parse, in the same round. */
  readonly ratio: Spread
  readonly parseMaxRssMiB: number
  readonly planMaxRssMiB: number
}

const bytesPerMiB = 2 ** 20

export function fileRow(objects: number, parse: readonly Reading[], plan: readonly Reading[]): FileRow {
  return {
    workload: 'load and plan',
    objects,
    inputMiB: (plan[0]?.bytes ?? 0) / bytesPerMiB,
    repetitions: plan.length,
    parseMs: spreadOf(parse.map(({ wallMs }) => wallMs)),
    planMs: spreadOf(plan.map(({ wallMs }) => wallMs)),
    ratio: spreadOf(plan.map(({ wallMs }, round) => wallMs / (parse[round]?.wallMs ?? Number.NaN))),
    parseMaxRssMiB: most(parse),
    planMaxRssMiB: most(plan),
  }
}

function most(readings: readonly Reading[]): number {
  return Math.max(...readings.map(({ maxRssBytes }) => maxRssBytes)) / bytesPerMiB
}
