// What it costs an orchestrator to have objects announced that nobody has answered yet.

import { readFile } from 'node:fs/promises'
import { definePlan } from '../../orchestrator/core/graph/define-plan.ts'
import { defaultRunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import { randomRunId } from '../../shared/adapters/system/random-ids.ts'
import { ownUsage, type Usage } from '../process/usage.ts'
import type { HouseUnderTest } from './run-shape.ts'

/** Reads and plans the files, opens a run of them, and gives the memory once every object is published. */
export function inFlightAnswer({ opener, store, watch }: HouseUnderTest) {
  return async (paths: readonly string[]): Promise<Usage> => {
    const plan = await planOf(paths)
    const runId = randomRunId()
    const announced = watch.until(runId, ({ counts, objects }) => counts.ready === objects)
    await opener.open({ runId, plan, tenant: 'default', policy: defaultRunPolicy, reuse: 'none' })
    await announced
    for (let depth = 1; depth > 0; ) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      const stored = await store.read(runId, Number.MAX_SAFE_INTEGER)
      depth = (stored?.version ?? 0) - (stored?.relayed ?? 0)
    }
    return ownUsage()
  }
}

async function planOf(paths: readonly string[]) {
  const files = await Promise.all(paths.map(async (file) => ({ file, text: await readFile(file, 'utf8') })))
  const planned = definePlan({ files, selection: { all: true } })
  if (!planned.ok) throw new Error(planned.reason[0]?.message)
  return planned.value.plan
}
