// Since when the reason of an object holds: what somebody would say who had watched the run all the time.

import { describe, expect, it } from 'vitest'
import type { LinkPolicy } from '../../../../../orchestrator/core/graph/link-policy.ts'
import type { Plan } from '../../../../../orchestrator/core/graph/plan.ts'
import { decide } from '../../../../../orchestrator/core/run/decide.ts'
import { evolve } from '../../../../../orchestrator/core/run/evolve.ts'
import { Run } from '../../../../../orchestrator/core/run/run.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import type { Circumstances } from '../../../../../orchestrator/core/run/wait-reason.ts'
import { whyOf } from '../../../../../orchestrator/core/run/why.ts'
import { at as item } from '../../../../../shared/base/assert.ts'
import { seededRandom } from '../../../../../shared/base/random.ts'
import { planOf } from '../../../../support/plan-of.ts'
import {
  at,
  cancel,
  dispatch,
  failed,
  given,
  loaded,
  open,
  openedAtMs,
  type TimedInput,
} from '../../../../support/run-spec.ts'
import { allMoves, type Ground, linked, plain } from '../../../../support/run-walk.ts'

const nobody = () => undefined
const unknown = { holderOf: nobody, crewOf: nobody, joinedTo: nobody }
const chain = planOf({ a: [], b: ['a'], c: ['b'] })
const pause: RunInput = { kind: 'pause', by: 'ada' }
const later = (seconds: number, input: RunInput) => at(openedAtMs + seconds * 1_000, input)
const dead: RunInput = { kind: 'zones', dead: ['standardization'] }
const alive: RunInput = { kind: 'zones', dead: [] }

/** The reason of an object after 1,000 s, and for how many seconds after the opening it has not held. */
function since(
  plan: Plan,
  id: string,
  steps: readonly (RunInput | TimedInput)[],
  around: Partial<Circumstances> = {},
) {
  const { run } = given(plan, open(), dispatch, ...steps)
  const all = { nowMs: openedAtMs + 1_000_000, ...unknown, ...around }
  const [step] = whyOf(run, plan.indexOf.get(id) ?? -1, all)
  return [step?.reason, ((step?.sinceMs ?? 0) - openedAtMs) / 1_000]
}

describe('since when', () => {
  it('a run is paused, for what could start then; what becomes free later is paused since it is free', () => {
    const whole = planOf({ a: [], b: [], c: ['a'] })
    expect(since(chain, 'b', [later(2, pause), later(5, loaded('a'))])).toEqual(['paused', 5])
    const held = [later(1, { kind: 'zones', dead: ['standardization'] }), later(2, loaded('a'))] as const
    expect(since(whole, 'c', [...held, later(7, pause)])).toEqual(['paused', 7])
  })

  it('a retry that came due in a pause is paused: since it was due', () => {
    const steps = [later(1, failed('a')), later(1.1, pause)]
    const { run } = given(chain, open(), dispatch, ...steps)
    const dueSeconds = (run.dueAtMsOf(0) - openedAtMs) / 1_000
    expect(dueSeconds).toBeGreaterThan(1.1)
    expect(since(chain, 'a', steps)).toEqual(['paused', dueSeconds])
  })

  it('a retry is waited for: since the failure was decided', () => {
    const { run } = given(chain, open(), dispatch, later(3, failed('a')))
    const [step] = whyOf(run, 0, { nowMs: openedAtMs + 3_000, ...unknown })
    expect([step?.reason, step?.sinceMs]).toEqual(['retry-backoff', openedAtMs + 3_000])
  })

  it('nobody works in its zone: since the run knows it, or since the object could start', () => {
    expect(since(chain, 'b', [later(1, loaded('a')), later(9, dead)])).toEqual(['no-live-zone', 9])
    expect(since(chain, 'b', [later(1, dead), later(4, loaded('a'))])).toEqual(['no-live-zone', 4])
    const again = [later(1, dead), later(2, alive), later(5, dead), later(6, dead)]
    expect(since(chain, 'b', [loaded('a'), ...again])).toEqual(['no-live-zone', 5])
  })

  it('it waits for a parent: since it waits at all, anew after it was tried again', () => {
    expect(since(chain, 'c', [later(3, loaded('a'))])).toEqual(['waiting-parent', 0])
    const retried = [later(1, cancel), later(6, { kind: 'retry', objectId: 'a', by: 'ada' } as const)]
    expect(since(chain, 'c', retried)).toEqual(['waiting-parent', 6])
  })

  it('only time is lacking: since the last parent came that it cannot go on without', () => {
    const link: LinkPolicy = { kind: 'optional', wait_until: '07:30' }
    const plan = planOf({ a: [], b: [], c: { parents: ['a', 'b'], links: { a: link } } })
    const opening = { ...open(), waitUntilMs: { '07:30': openedAtMs + 60_000 } } as RunInput
    const { run } = given(plan, opening, dispatch, later(8, loaded('b')))
    const [step] = whyOf(run, 2, { nowMs: openedAtMs + 9_000, ...unknown })
    expect([step?.reason, step?.sinceMs]).toEqual(['not-due', openedAtMs + 8_000])
  })

  it('somebody or nobody has the attempt: since it was announced', () => {
    const held = { kind: 'held', owner: 'w', untilMs: 0 } as const
    expect(since(chain, 'b', [later(4, loaded('a'))], { holderOf: () => held })).toEqual(['leased-by', 4])
    expect(since(chain, 'b', [later(4, loaded('a'))])).toEqual(['awaiting-answer', 4])
  })

  it('there is a late result: since it came, or since the object failed, if that was later', () => {
    const late = [later(1, cancel), later(7, loaded('a', 1))]
    expect(since(chain, 'a', late)).toEqual(['late-result', 7])
    const lost: RunInput = { kind: 'lost', objectId: 'a', attempt: 1, cause: 'lease-expired' }
    const failing = [later(1, lost), later(2, loaded('a', 1)), later(5, failed('a', 2, false))]
    expect(since(chain, 'a', failing)).toEqual(['late-result', 5])
  })
})

describe('whoever watches a run from its beginning', () => {
  /** Reasons that another one may have hidden until now. */
  const hidden = new Set<string | undefined>([
    ...['announcing', 'no-live-zone', 'waiting-parent', 'awaiting-answer'],
  ])

  it.each([
    ['plain', plain],
    ['linked', linked],
  ])('sees each reason begin when it says, or go on: %s', (_, ground) => {
    const seen = new Set<string | undefined>()
    for (let seed = 1; seed <= 500; seed++) watch(ground, seed, seen)
    expect(seen.size).toBeGreaterThan(8)
  })

  function watch({ plan, openings }: Ground, seed: number, seen: Set<string | undefined>): void {
    const random = seededRandom(seed)
    const pick = <One>(from: readonly One[]) => item(from, Math.floor(random() * from.length))
    const run = new Run('run-1', plan)
    let nowMs = openedAtMs
    take(run, pick(openings), nowMs)
    const before = plan.objects.map((__, index) => whyOf(run, index, { nowMs, ...unknown })[0])
    for (let step = 0; step < 14; step++) {
      const { input, afterMs } = pick(allMoves)
      const beforeMs = nowMs
      nowMs += afterMs
      take(run, input, nowMs)
      for (let index = 0; index < plan.objects.length; index++) {
        const [now] = whyOf(run, index, { nowMs, ...unknown })
        const sinceMs = now?.sinceMs ?? -1
        seen.add(now?.reason)
        const isNew = sinceMs > beforeMs && sinceMs <= nowMs
        const isSame = now?.reason === before[index]?.reason && sinceMs === before[index]?.sinceMs
        // A parent that was done without, and is tried again in a pause, is waited for once more.
        const isAgain = input.kind === 'retry' && run.head.paused !== undefined
        const isHidden = (hidden.has(now?.reason) || isAgain) && sinceMs <= nowMs
        if (!isNew && !isSame && !isHidden)
          throw new Error(
            `seed ${seed}, step ${step}, ${input.kind} at ${nowMs}: ${JSON.stringify([before[index], now])}`,
          )
        before[index] = now
      }
    }
  }

  function take(run: Run, input: RunInput, nowMs: number): void {
    const { facts, head } = decide(run, [input], nowMs)
    evolve(run, facts, nowMs)
    run.head = head
  }
})
