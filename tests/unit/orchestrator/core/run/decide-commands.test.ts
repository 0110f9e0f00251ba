// What people do to a run by hand: each is said once, with who did it, and changes nothing where there is nothing to change.

import { describe, expect, it } from 'vitest'
import { wentOnWithout } from '../../../../../orchestrator/core/run/readiness.ts'
import type { RunCounts } from '../../../../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
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
  tick,
} from '../../../../support/run-spec.ts'

const chain = planOf({ a: [], b: ['a'], c: ['b'] })
/** b can do without a. */
const loose = planOf({ a: [], b: { parents: ['a'], links: { a: { kind: 'optional' } } }, c: ['b'] })
const diamond = planOf({ a: [], b: ['a'], c: ['a'], d: ['b', 'c'] })
const by = 'ada'
const reason = 'the source was late'
const command = (kind: 'retry' | 'mark-loaded' | 'skip' | 'accept-late' | 'discard', objectId: string) =>
  ({ kind, objectId, by, reason }) as RunInput
const pause: RunInput = { kind: 'pause', by, reason }
const resume: RunInput = { kind: 'resume', by }
const counts = (some: Partial<RunCounts>): RunCounts => ({
  loaded: 0,
  failed: 0,
  blocked: 0,
  reused: 0,
  cancelled: 0,
  ...some,
})
const noRetries = open({ max_retries: 0 })

describe('a pause', () => {
  it('announces nothing more, and what is out may be answered', () => {
    given(chain, open(), dispatch).when(pause).says({ type: 'run-paused', by, reason })
    given(chain, open(), dispatch, pause).when(loaded('a')).says({ type: 'object-loaded', object_id: 'a' })
  })

  it('holds a retry that falls due', () => {
    const late = openedAtMs + 600_000
    given(chain, open(), dispatch, failed('a'), pause).when(at(late, tick)).says()
    given(chain, open(), dispatch, failed('a'), pause, at(late, tick), at(late, resume))
      .when(at(late, dispatch))
      .says({ type: 'object-ready', object_id: 'a', attempt: 2 })
  })

  it('ends with all that is ready being announced', () => {
    const paused = [open(), dispatch, pause, loaded('a')] as const
    given(chain, ...paused)
      .when(resume)
      .says({ type: 'run-resumed', by })
    given(chain, ...paused, resume)
      .when(dispatch)
      .says({ type: 'object-ready', object_id: 'b', attempt: 1 })
  })

  it('loses no timer that fell due in it, should the clock go back since', () => {
    const early = openedAtMs + 10
    const late = openedAtMs + 600_000
    const { run } = given(chain, open({ run_timeout_ms: null }), dispatch, failed('a'), pause, at(late, tick))
    const dueAtMs = run.dueAtMsOf(run.plan.indexOf.get('a') ?? -1)
    expect(dueAtMs).toBeGreaterThan(early)
    const resumed = given(
      chain,
      ...[open({ run_timeout_ms: null }), dispatch, failed('a'), pause, at(late, tick)],
      ...[at(early, resume), at(early, dispatch)],
    )
    expect(resumed.run.head.nextDueAtMs).toBe(dueAtMs)
  })

  it('is said once, and so is its end', () => {
    given(chain, open(), pause).when(pause).says()
    given(chain, open()).when(resume).says()
    given(chain, open(), cancel).when(pause, resume).says()
  })

  it('does not outlive the end of its run', () => {
    const { run } = given(chain, noRetries, dispatch, pause, failed('a'), command('retry', 'a'))
    expect(run.head.paused).toBeUndefined()
  })
})

describe('a retry by hand', () => {
  const broken = [noRetries, dispatch, failed('a')] as const

  it('reopens the run, frees what hung below, and announces a new attempt', () => {
    given(chain, ...broken)
      .when(command('retry', 'a'))
      .says(
        { type: 'run-reopened', by, reason },
        { type: 'object-retried', object_id: 'a', by, reason },
        { type: 'object-reset', object_id: 'a' },
        { type: 'object-reset', object_id: 'b' },
        { type: 'object-reset', object_id: 'c' },
      )
    given(chain, ...broken, command('retry', 'a'))
      .when(dispatch)
      .says({ type: 'object-ready', object_id: 'a', attempt: 2 })
  })

  it('lets the run end anew with what hangs below', () => {
    given(chain, ...broken, command('retry', 'a'), dispatch, loaded('a', 2), loaded('b'))
      .when(loaded('c'))
      .says(
        { type: 'object-loaded' },
        { type: 'run-ended', state: 'succeeded', counts: counts({ loaded: 3 }) },
      )
  })

  it('has nothing of what its last attempt went on without, also where none follows', () => {
    const { facts } = given(loose, noRetries, dispatch, failed('a'), failed('b'), command('retry', 'b')).when(
      cancel,
    )
    expect(facts.map(({ type }) => type)).toEqual(['object-cancelled', 'object-cancelled', 'run-ended'])
    expect(facts.at(-1)).not.toHaveProperty('degraded')
  })

  it('has all its retries again', () => {
    const one = open({ max_retries: 1 })
    const late = openedAtMs + 600_000
    const spent = [one, dispatch, failed('a', 1), at(late, tick), at(late, failed('a', 2))] as const
    given(chain, ...spent, at(late, command('retry', 'a')), at(late, dispatch))
      .when(at(late, failed('a', 3)))
      .says({ type: 'object-retry-scheduled', attempt: 3 })
  })

  it('does not free what something else blocks too', () => {
    const run = [noRetries, dispatch, loaded('a'), failed('b'), failed('c')] as const
    given(diamond, ...run)
      .when(command('retry', 'b'))
      .says({ type: 'run-reopened' }, { type: 'object-retried' }, { type: 'object-reset', object_id: 'b' })
    given(diamond, ...run, command('retry', 'b'))
      .when(command('retry', 'c'))
      .says(
        { type: 'object-retried' },
        { type: 'object-reset', object_id: 'c' },
        { type: 'object-reset', object_id: 'd' },
      )
  })

  it('counts the time of the run from then on', () => {
    const hour = 3_600_000
    const timed = open({ max_retries: 0, run_timeout_ms: hour })
    const again = openedAtMs + 2 * hour
    const reopened = [timed, dispatch, failed('a'), at(again, command('retry', 'a'))] as const
    given(chain, ...reopened)
      .when(at(again + hour - 1, tick))
      .says()
    given(chain, ...reopened)
      .when(at(again + hour, tick))
      .says(
        { type: 'object-cancelled' },
        { type: 'object-cancelled' },
        { type: 'object-cancelled' },
        { state: 'timed-out' },
      )
  })

  it('of what has not failed, or is blocked by something else, changes nothing', () => {
    given(chain, open(), dispatch).when(command('retry', 'a'), command('retry', 'stranger')).says()
    given(chain, ...broken)
      .when(command('retry', 'b'))
      .says()
  })

  it('brings back one object of a cancelled run, and what hangs below it', () => {
    given(chain, open(), dispatch, cancel).when(command('retry', 'b')).says()
    given(chain, open(), dispatch, cancel, command('retry', 'a'))
      .when(dispatch)
      .says({ type: 'object-ready', object_id: 'a', attempt: 2 })
  })
})

describe('an object marked by hand', () => {
  it('as loaded lets its children start, with the result that was given', () => {
    const marked: RunInput = { kind: 'mark-loaded', objectId: 'a', by, result: { rows: 3 } }
    const when = given(chain, open(), dispatch).when(marked)
    when.says(
      { type: 'object-marked-loaded', object_id: 'a', attempt: 1, by, result: { rows: 3 } },
      { type: 'object-ready', object_id: 'b' },
    )
    const { run } = given(chain, open(), dispatch, marked)
    expect(run.resultOf(run.plan.indexOf.get('a') ?? -1)).toEqual({ rows: 3 })
  })

  it('as skipped lets its children go on without it, and all below say so', () => {
    const missing = [{ parent: 'a', child: 'b', reason: 'skipped' }] as const
    given(chain, open(), dispatch)
      .when(command('skip', 'a'))
      .says(
        { type: 'object-skipped', object_id: 'a', attempt: 1, by, reason },
        { type: 'object-ready', object_id: 'b', degraded: missing },
      )
    given(chain, open(), dispatch, command('skip', 'a'))
      .when(loaded('b'))
      .says(
        { type: 'object-loaded', object_id: 'b', degraded: missing },
        { type: 'object-ready', object_id: 'c', degraded: missing },
      )
    given(chain, open(), dispatch, command('skip', 'a'), loaded('b'))
      .when(loaded('c'))
      .says(
        { type: 'object-loaded' },
        { type: 'run-ended', state: 'succeeded', degraded: 2, counts: counts({ loaded: 2, skipped: 1 }) },
      )
  })

  it.each([
    ['skip', [{ parent: 'b', child: 'c', reason: 'skipped' }], 1],
    ['mark-loaded', undefined, undefined],
  ] as const)('by %s has nothing of what the abandoned attempt went on without', (kind, below, count) => {
    const abandoned = [open(), dispatch, failed('a', 1, false), command(kind, 'b')] as const
    const { run, when } = given(loose, ...abandoned)
    expect(wentOnWithout(run, run.plan.indexOf.get('b') ?? -1)).toEqual([])
    const { facts } = when(loaded('c'))
    expect(facts).toMatchObject([{ type: 'object-loaded' }, { type: 'run-ended' }])
    expect(facts.map((fact) => ('degraded' in fact ? fact.degraded : undefined))).toEqual([below, count])
  })

  it('after a failure frees what was blocked, and the run goes on', () => {
    given(chain, noRetries, dispatch, failed('a'))
      .when(command('mark-loaded', 'a'))
      .says(
        { type: 'run-reopened' },
        { type: 'object-marked-loaded' },
        { type: 'object-reset', object_id: 'b' },
        { type: 'object-reset', object_id: 'c' },
        { type: 'object-ready', object_id: 'b' },
      )
  })

  it('as the last one that was missing ends the run anew', () => {
    given(planOf({ a: [] }), noRetries, dispatch, failed('a'))
      .when(command('skip', 'a'))
      .says({ type: 'run-reopened' }, { type: 'object-skipped' }, { type: 'run-ended', state: 'succeeded' })
  })

  it('that is there already is left alone', () => {
    given(chain, open(), dispatch, loaded('a'))
      .when(command('mark-loaded', 'a'), command('skip', 'a'), command('skip', 'stranger'))
      .says()
    given(chain, open(), dispatch, command('skip', 'a')).when(command('mark-loaded', 'a')).says()
  })

  it('is not loaded twice: what its attempt says later is a late result', () => {
    given(chain, open(), dispatch, command('skip', 'a'))
      .when(loaded('a', 1))
      .says({ type: 'late-result', object_id: 'a', attempt: 1, outcome: 'loaded' })
  })
})

describe('a discarded failure', () => {
  it('is said once, of what has failed', () => {
    given(chain, noRetries, dispatch, failed('a'))
      .when(command('discard', 'a'))
      .says({ type: 'object-discarded', object_id: 'a', by, reason })
    given(chain, noRetries, dispatch, failed('a'), command('discard', 'a'))
      .when(command('discard', 'a'))
      .says()
    given(chain, open(), dispatch).when(command('discard', 'a'), command('discard', 'stranger')).says()
  })
})

describe('a late result', () => {
  const hurried = open({
    max_retries: 3,
    answer_timeout_ms: 1_000,
    backoff: { base_ms: 1, factor: 1, cap_ms: 1 },
  })
  const later = openedAtMs + 1_000
  const givenUp = [hurried, dispatch, at(later, tick)] as const

  it('of an attempt that was given up is kept once, and changes nothing', () => {
    const answer = loaded('a', 1, 'a result')
    given(chain, ...givenUp)
      .when(at(later, answer))
      .says({ type: 'late-result', object_id: 'a', attempt: 1, outcome: 'loaded', result: 'a result' })
    given(chain, ...givenUp, at(later, answer))
      .when(at(later, answer))
      .says()
    given(chain, ...givenUp)
      .when(at(later, failed('a', 1)))
      .says({ type: 'late-result', outcome: 'failed' })
  })

  it('comes of attempts that were given up, and not of those that were answered, or never made', () => {
    given(chain, open(), dispatch, failed('a', 1)).when(failed('a', 1), loaded('a', 1)).says()
    given(chain, open(), dispatch, loaded('a', 1)).when(loaded('a', 1), loaded('a', 2)).says()
    given(chain, ...givenUp)
      .when(at(later, loaded('a')))
      .says()
  })

  it('is also kept when its run has ended', () => {
    given(chain, open(), dispatch, cancel)
      .when(loaded('a', 1))
      .says({ type: 'late-result', object_id: 'a', attempt: 1, outcome: 'loaded' })
  })

  it('applies when somebody accepts it, with its result, whatever is out by then', () => {
    const out = [...givenUp, at(later + 50, tick), at(later + 50, loaded('a', 1, 'a result'))] as const
    given(chain, ...out)
      .when(at(later + 50, command('accept-late', 'a')))
      .says(
        { type: 'late-result-accepted', object_id: 'a', attempt: 1, by, reason },
        { type: 'object-ready', object_id: 'b' },
      )
    const accepted = [...out, at(later + 50, command('accept-late', 'a'))] as const
    const { run } = given(chain, ...accepted)
    expect(run.resultOf(run.plan.indexOf.get('a') ?? -1)).toBe('a result')
    given(chain, ...accepted)
      .when(at(later + 60, loaded('a', 2)))
      .says({ type: 'late-result', attempt: 2 })
  })

  it('tells all below what that attempt went on without, whatever the newest one has', () => {
    const degraded = [{ parent: 'a', child: 'b', reason: 'failed' }] as const
    const lost = { kind: 'lost', objectId: 'b', attempt: 1, cause: 'lease-expired' } as const
    const without = [open(), dispatch, failed('a', 1, false), command('mark-loaded', 'a'), lost] as const
    given(loose, ...without, loaded('b', 1))
      .when(command('accept-late', 'b'))
      .says({ type: 'late-result-accepted', attempt: 1 }, { type: 'object-ready', object_id: 'c', degraded })
    const ready = given(loose, ...without).when(loaded('b', 2)).facts[1]
    expect(ready).toMatchObject({ type: 'object-ready', object_id: 'c' })
    expect(ready).not.toHaveProperty('degraded')
    given(loose, ...without, loaded('b', 1), command('accept-late', 'b'))
      .when(loaded('c'))
      .says({ type: 'object-loaded', degraded }, { type: 'run-ended', degraded: 2 })
  })

  it('reopens a run that ended without it', () => {
    given(chain, open(), dispatch, cancel, loaded('a', 1))
      .when(command('accept-late', 'a'))
      .says(
        { type: 'run-reopened' },
        { type: 'late-result-accepted', attempt: 1 },
        { type: 'object-reset', object_id: 'b' },
        { type: 'object-reset', object_id: 'c' },
        { type: 'object-ready', object_id: 'b' },
      )
  })

  describe('of a run that was ended early', () => {
    const wide = planOf({ a: [], b: [], c: ['b'] })
    const hour = 3_600_000
    const left = { by: 'ann', reason: 'an operator wants it' }
    const cancelled = [noRetries, dispatch, { ...cancel, by: 'ann' }, loaded('a', 1)] as const

    it('leaves it cancelled, by whom and for what it was, as long as anything is missing', () => {
      given(wide, ...cancelled)
        .when(command('accept-late', 'a'))
        .says(
          { type: 'run-reopened', by },
          { type: 'late-result-accepted' },
          { type: 'run-ended', state: 'cancelled', ...left, counts: counts({ loaded: 1, cancelled: 2 }) },
        )
      given(wide, ...cancelled, command('accept-late', 'a'))
        .when(command('skip', 'c'))
        .says({ type: 'run-reopened' }, { type: 'object-skipped' }, { state: 'cancelled', ...left })
    })

    it('leaves it timed out likewise', () => {
      const timed = [open({ run_timeout_ms: hour }), dispatch, at(openedAtMs + hour, tick)] as const
      const { facts } = given(wide, ...timed, loaded('a', 1)).when(command('accept-late', 'a'))
      const reason = 'the run took longer than 1 h, its run_timeout'
      expect(facts.at(-1)).toMatchObject({ state: 'timed-out', reason })
      expect(facts.at(-1)).not.toHaveProperty('by')
    })

    it('lets it succeed when nothing is missing any more', () => {
      const made = [...cancelled, command('accept-late', 'a'), command('mark-loaded', 'b'), dispatch] as const
      const { facts } = given(wide, ...made).when(loaded('c'))
      expect(facts).toMatchObject([{ type: 'object-loaded' }, { type: 'run-ended', state: 'succeeded' }])
      for (const name of ['reason', 'by']) expect(facts.at(-1)).not.toHaveProperty(name)
    })

    it('lets it fail when something in it fails, or had failed', () => {
      const { facts } = given(wide, ...cancelled, command('retry', 'b'), dispatch).when(failed('b', 2))
      expect(facts.at(-1)).toMatchObject({ type: 'run-ended', state: 'failed' })
      given(wide, noRetries, dispatch, failed('b'), cancel, loaded('a', 1))
        .when(command('accept-late', 'a'))
        .says({ type: 'run-reopened' }, {}, { type: 'run-ended', state: 'failed' })
    })
  })

  it('that is a failure, or of another attempt than the one asked for, cannot be accepted', () => {
    given(chain, ...givenUp, at(later, failed('a', 1)))
      .when(at(later, command('accept-late', 'a')))
      .says()
    given(chain, ...givenUp, at(later, loaded('a', 1)))
      .when(at(later, { kind: 'accept-late', objectId: 'a', by, attempt: 2 }))
      .says()
    given(chain, open(), dispatch).when(command('accept-late', 'a')).says()
  })
})
