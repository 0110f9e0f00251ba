// What `why` promises an object that waits for parents until a time of day: only what will be true then.

import { describe, expect, it } from 'vitest'
import type { LinkPolicy } from '../../../../../orchestrator/core/graph/link-policy.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import { whyOf } from '../../../../../orchestrator/core/run/why.ts'
import { planOf } from '../../../../support/plan-of.ts'
import {
  at,
  dispatch,
  failed,
  given,
  loaded,
  open,
  openedAtMs,
  type TimedInput,
  tick,
} from '../../../../support/run-spec.ts'

const untilMs = openedAtMs + 60_000
const then = ', or 1970-01-01T00:17:40Z: then it may go on'
const hour = 3_600_000
const stale: LinkPolicy = { kind: 'stale-ok', wait_until: '07:30', max_age_ms: hour }
const optional: LinkPolicy = { kind: 'optional', wait_until: '07:30' }

/** Of `c`, which needs `a` and `b` by these links; `a` was loaded before, at that instant. */
function words(
  links: Readonly<Record<string, LinkPolicy>>,
  steps: readonly (RunInput | TimedInput)[],
  loadedAtMs?: number,
) {
  const opening: RunInput = {
    ...(open() as Extract<RunInput, { kind: 'open' }>),
    waitUntilMs: { '07:30': untilMs },
    lastLoads: loadedAtMs === undefined ? [] : [{ objectId: 'a', loadedAtMs }],
  }
  const plan = planOf({ a: [], b: [], c: { parents: ['a', 'b'], links } })
  const { run } = given(plan, opening, dispatch, ...steps)
  const nowMs = Math.max(openedAtMs, ...steps.map((step) => ('atMs' in step ? step.atMs : 0)))
  const nobody = () => undefined
  const around = { nowMs, holderOf: nobody, crewOf: nobody, joinedTo: nobody }
  const [step, next] = whyOf(run, run.plan.indexOf.get('c') ?? -1, around)
  return [step?.reason, step?.text, step?.release, next?.objectId]
}

describe('a child that may go on with an old load from a time of day on', () => {
  it('is promised that load, if there is one that is still young enough then', () => {
    expect(words({ a: stale }, [loaded('b')], openedAtMs)).toEqual([
      ...['not-due', 'it waits for a', `its parent being loaded${then} with an old load of a`, 'a'],
    ])
    const tooOldThen = untilMs - hour - 1
    expect(words({ a: stale }, [loaded('b')], tooOldThen)).toEqual([
      ...['waiting-parent', 'it waits for a', 'its parent being loaded', 'a'],
    ])
  })

  it('is promised nothing when there is no load of before, neither before that time nor after', () => {
    const waits = ['waiting-parent', 'it waits for a', 'its parent being loaded', 'a']
    expect(words({ a: stale }, [loaded('b')])).toEqual(waits)
    const none = 'it waits for a; c would go on with an old load of a, and none is known'
    expect(words({ a: stale }, [loaded('b'), at(untilMs, tick)])).toEqual(waits.with(1, none))
  })
})

describe('a child of several parents', () => {
  it('is promised nothing while it lacks one that it cannot go on without', () => {
    expect(words({ a: optional }, [])).toEqual([
      ...['waiting-parent', 'it waits for a, b', 'its parents being loaded', 'a'],
    ])
  })

  it('waits no more for one that failed and was optional, and will go on without both', () => {
    const failing = failed('a', 1, false)
    expect(words({ a: { kind: 'optional' }, b: optional }, [failing])).toEqual([
      ...['not-due', 'it waits for b', `its parent being loaded${then} without a, without b`, 'b'],
    ])
  })
})
