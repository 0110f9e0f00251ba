// Which of the runs that a process before left unfinished is the one that is wanted now.

import { describe, expect, it } from 'vitest'
import type { PlannedGraph } from '../../../orchestrator/core/graph/define-plan.ts'
import type { RunResource } from '../../../shared/api/run-resource.ts'
import { cutOff } from '../../../tools/commands/going-on.ts'

const planned = { plan: { hash: 'p' } } as PlannedGraph
const run = (changes: Partial<RunResource> = {}) =>
  ({ run_id: 'r', plan: 'p', tenant: 'default', workflow: null, rerun_of: null, ...changes }) as RunResource

describe('a run that was cut off', () => {
  it('is the one wanted when it is of the same plan and tenant, and of the id if one is named', () => {
    expect(cutOff([run()], planned, {})?.run_id).toBe('r')
    expect(cutOff([run({ run_id: 'newer' }), run()], planned, { runId: 'r' })?.run_id).toBe('r')
    expect(cutOff([run({ tenant: 'bakery' })], planned, { tenant: 'bakery' })?.run_id).toBe('r')
  })

  it.each<[string, Partial<RunResource>]>([
    ['over another plan', { plan: 'q' }],
    ['of another tenant', { tenant: 'bakery' }],
    ['of a workflow', { workflow: 'daily' }],
    ['that is a rerun', { rerun_of: 'x' }],
  ])('is another one %s, whatever its id', (_, changes) => {
    expect(cutOff([run(changes)], planned, {})).toBeUndefined()
    expect(cutOff([run(changes)], planned, { runId: 'r' })).toBeUndefined()
  })
})
