// Load and plan against reading and JSON.parse of the same bytes, each time in a fresh process.

import { join } from 'node:path'
import { writeDefinitions } from './files/definition-files.ts'
import type { Reading } from './files/read-files.ts'
import { BenchProcess } from './process/bench-process.ts'
import { type FileRow, fileRow } from './report/file-row.ts'
import { layered } from './shape.ts'

/** The largest takes seconds, and gigabytes where memory is short. */
const readMs = 180_000
/** Levels of the planned graph: every object but those of the first needs two others. */
const levels = 10

export interface FilePlan {
  readonly objects: number
  readonly repetitions: number
  readonly folder: string
  readonly profiles: string | undefined
  readonly say: (line: string) => void
}

/** Parse and plan in turns; the first turn only warms the file cache and is discarded. */
export async function measureFiles({
  objects,
  repetitions,
  folder,
  profiles,
  say,
}: FilePlan): Promise<FileRow> {
  const shape = layered(levels, Math.floor(objects / levels))
  const paths = await writeDefinitions(join(folder, `definitions-${objects}`), shape)
  const readings = { parse: [] as Reading[], plan: [] as Reading[] }
  for (let round = 0; round <= repetitions; round++) {
    for (const way of ['parse', 'plan'] as const) {
      const execArgv = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profiles, way)}`]
      const reader = new BenchProcess(way, 'files/read-files.ts', {}, execArgv)
      const reading = await reader.ask<Reading>(way, paths, readMs).finally(() => reader.stop())
      say(`${objects} objects ${round === 0 ? 'warm-up' : round} ${way}: ${reading.wallMs.toFixed(0)} ms`)
      if (reading.objects !== objects)
        throw new Error(`${way} found ${reading.objects} of ${objects} objects`)
      if (round > 0) readings[way].push(reading)
    }
  }
  return fileRow(objects, readings.parse, readings.plan)
}
