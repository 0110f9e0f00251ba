// Facts become state, and nothing of an object outlives the state it belonged to.

import { describe, expect, it } from 'vitest'
import { evolve } from '../../../../../orchestrator/core/run/evolve.ts'
import { Run } from '../../../../../orchestrator/core/run/run.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { patient } from '../../../../support/replica-bench.ts'
import { at, dispatch, failed, given, loaded, open, openedAtMs, tick } from '../../../../support/run-spec.ts'

const pair = planOf({ a: [], b: [] })
const opened = { kind: 'open', tenant: 'default', policy: patient, reused: [] } as const

describe('a run after its facts', () => {
  it('forgets the wait for a retry once the retry is out: that attempt has no deadline of its own', () => {
    const hour = 3_600_000
    const steps = [opened, dispatch, failed('a'), at(openedAtMs + hour, tick)]
    const { run } = given(pair, ...steps, at(openedAtMs + hour, failed('b')))
    expect(run.dueAtMsOf(run.plan.indexOf.get('a') ?? -1)).toBe(0)
    given(pair, ...steps, at(openedAtMs + hour, failed('b')))
      .when(at(openedAtMs + 2 * hour, tick))
      .says({ type: 'object-ready', object_id: 'b', attempt: 2 })
  })

  it('keeps a result as long as somebody can ask for it, and no result that nobody can', () => {
    const plan = planOf({ parent: [], child: ['parent'] })
    const { run } = given(plan, open(), dispatch, loaded('parent', 1, 'p'), loaded('child', 1, 'c'))
    expect(run.resultOf(plan.indexOf.get('parent') ?? -1)).toBe('p')
    expect(run.resultOf(plan.indexOf.get('child') ?? -1)).toBeUndefined()
  })

  it('is a programmer error when a fact speaks of an object that is not in the plan', () => {
    const run = new Run('run-1', pair)
    const stranger = { type: 'object-ready', object_id: 'stranger', attempt: 1 } as const
    expect(() => evolve(run, [stranger], 0)).toThrow('stranger')
  })
})
