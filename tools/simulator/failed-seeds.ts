// The list of seeds that once broke a promise: they are told again at every test run, for good.

import { readFileSync, writeFileSync } from 'node:fs'
import type { SimulationResult } from './simulate.ts'

export interface FailedSeed {
  readonly seed: number
  /** What was wrong. */
  readonly why: string
}

const list = new URL('../../tests/simulation/failed-seeds.json', import.meta.url)

export function failedSeeds(): readonly FailedSeed[] {
  return JSON.parse(readFileSync(list, 'utf8')) as readonly FailedSeed[]
}

/** Adds stories to the list, each once; somebody will write there what was wrong. */
export function rememberSeeds(broken: readonly SimulationResult[]): void {
  const known = failedSeeds()
  const seeds = new Set(known.map(({ seed }) => seed))
  const added = broken
    .filter(({ seed }) => !seeds.has(seed))
    .map(({ seed, violations }) => ({ seed, why: `${violations[0]?.rule}: ${violations[0]?.text}` }))
  const rows = [...known, ...added].map((entry) => `  ${JSON.stringify(entry)}`)
  writeFileSync(list, `[\n${rows.join(',\n')}\n]\n`)
}
