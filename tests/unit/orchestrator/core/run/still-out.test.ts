// What of a run's past is announced again when a store was lost: attempts that are still waited for, and no others.

import { describe, expect, it } from 'vitest'
import { isStillOut, withoutAnswered } from '../../../../../orchestrator/core/run/still-out.ts'
import { chained } from '../../../../support/chained.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { dispatch, failed, loaded, open, openedAtMs, runAfter } from '../../../../support/run-spec.ts'

const plan = planOf({ a: [], b: [], c: ['a'] })
const ready = (object_id: string, attempt = 1) => ({ type: 'object-ready', object_id, attempt }) as const

describe('an announcement', () => {
  it('is still out until its attempt is answered', () => {
    expect(isStillOut(runAfter(plan, [open(), dispatch]), ready('a'))).toBe(true)
    expect(isStillOut(runAfter(plan, [open(), dispatch, loaded('a', 1)]), ready('a'))).toBe(false)
    expect(isStillOut(runAfter(plan, [open(), dispatch, failed('a', 1)]), ready('a'))).toBe(false)
  })

  it('is not out before it was made, for another attempt, or for an object that the run does not have', () => {
    const run = runAfter(plan, [open(), dispatch])
    expect(isStillOut(run, ready('c'))).toBe(false)
    expect(isStillOut(run, ready('a', 2))).toBe(false)
    expect(isStillOut(run, ready('stranger'))).toBe(false)
    expect(isStillOut(run, { type: 'object-reset', object_id: 'a' })).toBe(false)
  })
})

describe('a commit that is published once more', () => {
  it('announces what is still out, and says all else that it said', () => {
    const run = runAfter(plan, [open(), dispatch, loaded('a', 1)])
    const reused = { type: 'object-reused', object_id: 'b', loaded_at_ms: 5 } as const
    const commit = chained('run-1', 2, openedAtMs, [ready('a'), reused, ready('b'), ready('c')])
    expect(withoutAnswered(run, commit)).toEqual({ ...commit, facts: [reused, ready('b'), ready('c')] })
  })
})
