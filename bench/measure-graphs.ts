// Runs every shape on every system, one after the other and again, so that all meet the same weather.

import { messageOf } from '../shared/base/fault.ts'
import { type GraphRow, graphRow } from './report/graph-row.ts'
import type { Shape } from './shape.ts'
import type { Measured, System } from './systems.ts'

export interface GraphPlan {
  readonly shapes: readonly Shape[]
  readonly systems: readonly System[]
  readonly repetitions: number
  readonly say: (line: string) => void
}

/** A B C A B C …: the first round is discarded. Rejects as soon as a run is incomplete or out of order. */
export async function measureGraphs(plan: GraphPlan): Promise<readonly GraphRow[]> {
  const rows: GraphRow[] = []
  for (const shape of plan.shapes) {
    const measured = new Map<string, Measured[]>(plan.systems.map(({ name }) => [name, []]))
    for (let round = 0; round <= plan.repetitions; round++) {
      for (const system of plan.systems) {
        const one = await runOn(system, shape)
        plan.say(
          `${shape.name} ${round === 0 ? 'warm-up' : round} ${system.name}: ${one.wallMs.toFixed(0)} ms`,
        )
        if (round > 0) measured.get(system.name)?.push(one)
      }
    }
    for (const { name } of plan.systems) rows.push(graphRow(shape, name, measured.get(name) ?? [], measured))
  }
  return rows
}

async function runOn(system: System, shape: Shape): Promise<Measured> {
  try {
    return await system.run(shape)
  } catch (error) {
    throw new Error(`${system.name}: ${messageOf(error)}`, { cause: error })
  }
}
