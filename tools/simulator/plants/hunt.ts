// Hunts each planted bug through seeds until a checker finds it: what survives shows a hole in the checkers or the storm.

import { tableLines } from '../../table.ts'
import type { Terminal } from '../../terminal.ts'
import { simulateSeeds } from '../crew.ts'
import type { SimulationResult } from '../simulate.ts'
import type { Plant } from './plant.ts'
import { plants } from './plants.ts'

export interface HuntOrders {
  readonly from: number
  /** How many seeds are tried at most. */
  readonly seeds: number
  readonly jobs: number
  /** Only plants with this in their names. */
  readonly word: string
}

/** Prints a row for each plant, and gives the exit code: 1 when one survived. */
export async function huntPlants(terminal: Terminal, orders: HuntOrders): Promise<number> {
  const rows: (readonly string[])[] = []
  for (const plant of plants.filter(({ name }) => name.includes(orders.word))) {
    const found = await huntPlant(plant, orders)
    const rule = found?.violations[0]?.rule ?? ''
    rows.push([plant.name, found === undefined ? 'SURVIVED' : `seed ${found.seed}`, rule, plant.why])
    terminal.message(
      `${plant.name}: ${found === undefined ? 'SURVIVED' : `found by "${rule}" at seed ${found.seed}`}`,
    )
  }
  for (const line of tableLines(['plant', 'found at', 'by the rule', 'what is wrong'], rows))
    terminal.result(line)
  return rows.some(([, found]) => found === 'SURVIVED') ? 1 : 0
}

/** The first story that was broken under the plant; undefined: it survived. Rejects when the plant does not fit. */
export async function huntPlant(
  plant: Plant,
  { from, seeds, jobs }: Omit<HuntOrders, 'word'>,
): Promise<SimulationResult | undefined> {
  let found: SimulationResult | undefined
  await simulateSeeds({
    seeds: Array.from({ length: seeds }, (_, index) => from + index),
    jobs,
    plant,
    told: (result) => {
      if (result.violations.length === 0) return undefined
      found ??= result
      return 'enough'
    },
  })
  return found
}
