// Why an object is where it is: each that has not ended has a reason of the list, and the way leads to the root of it.

import { describe, expect, it } from 'vitest'
import { decide } from '../../../../../orchestrator/core/run/decide.ts'
import { endedEarlyBy } from '../../../../../orchestrator/core/run/ended-early.ts'
import { evolve } from '../../../../../orchestrator/core/run/evolve.ts'
import { isFinal } from '../../../../../orchestrator/core/run/object-state.ts'
import type { Run } from '../../../../../orchestrator/core/run/run.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import {
  type AttemptHolder,
  type Circumstances,
  type WaitReason,
  waitReasonOf,
  waitReasons,
  type ZoneCrew,
} from '../../../../../orchestrator/core/run/wait-reason.ts'
import { announcedAbove, whyOf } from '../../../../../orchestrator/core/run/why.ts'
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
import { linked, type Visitor, walkRuns } from '../../../../support/run-walk.ts'

const nothingKnown: Circumstances = {
  nowMs: openedAtMs,
  holderOf: () => undefined,
  crewOf: () => undefined,
  joinedTo: () => undefined,
}
const chain = planOf({ a: [], b: ['a'], c: ['b'] })
const by = 'ada'

function why(run: Run, objectId: string, around: Partial<Circumstances> = {}) {
  return whyOf(run, run.plan.indexOf.get(objectId) ?? -1, { ...nothingKnown, ...around })
}

function reasons(run: Run, objectId: string, around: Partial<Circumstances> = {}) {
  return why(run, objectId, around).map((step) => `${step.objectId} ${step.reason}`)
}

const crew = (running: number, workers = 1): ZoneCrew => ({ workers, capacity: 2 * workers, running })

/** Every answer that the world may give about an attempt. */
const worlds: readonly Partial<Circumstances>[] = [
  {},
  ...(
    [{ kind: 'held', owner: 'w', untilMs: 5 }, { kind: 'over' }, { kind: 'free' }] as readonly AttemptHolder[]
  ).map((holder) => ({ holderOf: () => holder })),
  ...[crew(0), crew(2), crew(0, 0)].map((zone) => ({ crewOf: () => zone })),
  { joinedTo: () => ({ runId: 'other', attempt: 1 }) },
]

describe('every run that can be reached', () => {
  it('has a reason for each object that has not ended, and words for each that has or has not', () => {
    const seen = new Set<string | undefined>()
    const visitor: Visitor = {
      step: (run, nowMs) => {
        for (const world of worlds)
          for (let index = 0; index < run.plan.objects.length; index++) {
            const around = { ...nothingKnown, ...world, nowMs }
            const reason = waitReasonOf(run, index, around)
            seen.add(reason)
            if (isFinal(run.stateOf(index)) !== (reason === undefined))
              throw new Error(`${run.stateOf(index)} has the reason ${reason}`)
            const steps = whyOf(run, index, around)
            if (!steps.every(({ text, owner }) => text !== '' && owner !== ''))
              throw new Error(`no words for ${JSON.stringify(steps)}`)
            if (steps.at(-1)?.reason === 'waiting-parent') throw new Error('the root is no cause')
          }
      },
    }
    walkRuns(3, 3, visitor)
    walkRuns(3, 3, visitor, linked)
    // Of no run: it cannot be looked at then.
    const unreached: readonly WaitReason[] = ['redis-rebuilding']
    expect([...seen].filter((reason) => reason !== undefined).sort()).toEqual(
      waitReasons.filter((reason) => !unreached.includes(reason)).sort(),
    )
  })
})

describe('a run that goes on', () => {
  it('leaves nobody waiting for what has ended: whoever cannot start is blocked, or has a time of its own', () => {
    const stuck: string[] = []
    const visitor: Visitor = {
      step: (run, nowMs) => {
        if (run.head.ended !== undefined || run.head.paused !== undefined || run.head.dead.length > 0) return
        const { facts, head } = decide(run, [tick, { kind: 'dispatch', limit: 10 }], nowMs)
        evolve(run, facts, nowMs)
        run.head = head
        const around = { ...nothingKnown, nowMs }
        for (let index = 0; index < run.plan.objects.length && run.head.ended === undefined; index++) {
          if (run.stateOf(index) !== 'waiting') continue
          const root = whyOf(run, index, around).at(-1)
          const isTimed = run.head.nextDueAtMs < Number.POSITIVE_INFINITY
          if (root?.state !== 'waiting' && root?.state !== 'ready' && !isTimed)
            stuck.push(JSON.stringify(root))
        }
      },
    }
    walkRuns(4, 3, visitor)
    walkRuns(5, 3, visitor, linked)
    expect(stuck).toEqual([])
  })
})

describe('an object that waits', () => {
  it('for its parent is followed to what that waits for', () => {
    const { run } = given(chain, open(), dispatch)
    expect(reasons(run, 'c')).toEqual(['c waiting-parent', 'b waiting-parent', 'a awaiting-answer'])
    expect(why(run, 'c')[0]).toMatchObject({ text: 'it waits for b', release: 'its parent being loaded' })
  })

  it('for several parents is followed to the one that is worst off', () => {
    const wide = planOf({ a: [], b: [], c: [], d: ['a', 'b', 'c'] })
    const { run } = given(wide, open(), dispatch, failed('b', 1))
    expect(reasons(run, 'd')).toEqual(['d waiting-parent', 'b retry-backoff'])
    expect(why(run, 'd')[0]?.text).toBe('it waits for a, b, c')
    const step = why(run, 'd')[1]
    expect(step?.text).toBe('attempt 1 failed with LOADER_FAILED: no')
    expect(step?.release).toMatch(/^attempt 2 at 1970-/)
  })

  it('for its next attempt in a run that is paused says that it must be resumed first', () => {
    const failedOnce = { kind: 'lost', objectId: 'a', attempt: 1, cause: 'restarted' } as const
    const pause: RunInput = { kind: 'pause', by, reason: 'wrong prices' }
    const { run } = given(chain, open(), dispatch, pause, failedOnce)
    const step = why(run, 'a', { nowMs: openedAtMs - 1 })[0]
    expect([step?.reason, step?.release]).toEqual([
      'retry-backoff',
      expect.stringMatching(
        /^millefeuille resume run-1, as the run was paused by ada: wrong prices; then attempt 2, not before 1970-/,
      ),
    ])
  })

  it('for its next attempt says that the one before was lost, and not that nobody had begun it', () => {
    const lost = { kind: 'lost', objectId: 'a', attempt: 1, cause: 'restarted' } as const
    const { run } = given(chain, open(), dispatch, { kind: 'pause', by }, lost)
    expect(why(run, 'a', { nowMs: openedAtMs - 1 })[0]?.text).toBe(
      'attempt 1 was lost, and uses up no retry: ATTEMPT_LOST: the process that worked on it was restarted',
    )
  })

  it('because of a pause says who paused it and how to go on', () => {
    const pause: RunInput = { kind: 'pause', by, reason: 'wrong prices' }
    const { run } = given(chain, open(), dispatch, pause, loaded('a'))
    expect(reasons(run, 'c')).toEqual(['c waiting-parent', 'b paused'])
    expect(why(run, 'b')[0]).toMatchObject({
      text: 'the run was paused by ada at 1970-01-01T00:16:40Z: wrong prices',
      owner: by,
      release: 'millefeuille resume run-1',
    })
  })

  it('because nobody works in its zone says which', () => {
    const { run } = given(chain, open(), { kind: 'zones', dead: ['ingestion'] }, dispatch)
    expect(why(run, 'a')[0]).toMatchObject({ reason: 'no-live-zone', owner: 'the team of ingestion' })
    expect(why(run, 'a')[0]?.text).toBe('no worker of the zone ingestion is alive')
  })

  it('until a time of day says when it goes on without', () => {
    const plan = planOf({
      a: [],
      b: { parents: ['a'], links: { a: { kind: 'optional', wait_until: '07:30' } } },
    })
    const opening = { ...open(), waitUntilMs: { '07:30': openedAtMs + 60_000 } } as RunInput
    const { run } = given(plan, opening, dispatch)
    expect(reasons(run, 'b')).toEqual(['b not-due', 'a awaiting-answer'])
    expect(why(run, 'b')[0]?.release).toBe(
      'its parent being loaded, or 1970-01-01T00:17:40Z: then it may go on without a',
    )
  })
})

describe('an object that is announced', () => {
  const { run } = given(chain, open(), dispatch)
  const only = (around: Partial<Circumstances>) => why(run, 'a', around)[0]

  it('says who works on it and until when its lease goes', () => {
    const held = { kind: 'held', owner: 'worker-7', untilMs: openedAtMs } as const
    expect(only({ holderOf: () => held })).toMatchObject({
      reason: 'leased-by',
      owner: 'worker-7',
      text: 'worker-7 works on attempt 1; its lease goes to 1970-01-01T00:16:40Z unless it is renewed',
    })
  })

  it('says that all slots are taken, that nobody took it yet, or that it joined another build', () => {
    expect(only({ crewOf: () => crew(2) })).toMatchObject({ reason: 'slot-limit' })
    expect(only({ crewOf: () => crew(1) })).toMatchObject({ reason: 'not-picked-up' })
    const joinedTo = () => ({ runId: 'other', attempt: 3 })
    expect(only({ joinedTo })?.release).toBe('the answer to run other: millefeuille why a --run other')
    expect(only({ holderOf: () => ({ kind: 'over' }) })).toMatchObject({ reason: 'answer-under-way' })
  })

  it('is asked for among all that an object needs', () => {
    const ids = announcedAbove(run, run.plan.indexOf.get('c') ?? -1)
    expect(ids.map((index) => run.plan.objects[index]?.id)).toEqual(['a'])
  })
})

describe('an object that has ended', () => {
  const noRetries = open({ max_retries: 0 })

  it('by a failure above it is followed to what failed', () => {
    const { run } = given(chain, noRetries, dispatch, failed('a'))
    expect(reasons(run, 'c')).toEqual(['c parent-failed', 'a failed'])
    expect(why(run, 'c').at(-1)).toMatchObject({
      text: 'attempt 1 failed with LOADER_FAILED: no',
      release: 'millefeuille retry run-1 a, when the cause is mended',
    })
  })

  it('by several things is followed to what it fails by now, and not to what blocked it first', () => {
    const two = planOf({ a: [], b: [], c: ['a', 'b'], d: ['c'] })
    const { run } = given(
      two,
      ...[noRetries, dispatch, failed('a'), failed('b')],
      ...[{ kind: 'retry', objectId: 'a', by } as const, dispatch, loaded('a', 2)],
    )
    expect(reasons(run, 'd')).toEqual(['d parent-failed', 'b failed'])
    expect(why(run, 'd')[0]?.text).toBe('it can never start, because b failed')
  })

  const stale = (policy: object = {}) =>
    planOf({ a: [], b: { parents: ['a'], links: { a: { kind: 'stale-ok', ...policy } } }, c: ['b'] })
  const startWith = (...loadedAtMs: readonly number[]) => ({
    ...(noRetries as Extract<RunInput, { kind: 'open' }>),
    lastLoads: loadedAtMs.map((ms) => ({ objectId: 'a', loadedAtMs: ms })),
  })

  it('although an old load might have served says that none is known, also of what is below', () => {
    const { run } = given(stale({ max_age_ms: 1_000 }), startWith(), dispatch, failed('a'))
    const text =
      'it can never start, because a failed; b would go on with an old load of a, and none is known'
    expect([why(run, 'b')[0]?.text, why(run, 'c')[0]?.text]).toEqual([text, text])
  })

  it('although there was an old load says of when it is, and how old it may be', () => {
    const { run } = given(stale({ max_age_ms: 1_000 }), startWith(openedAtMs - 1_001), dispatch, failed('a'))
    expect(why(run, 'b')[0]?.text).toBe(
      'it can never start, because a failed; b would go on with an old load of a, but the last is of 1970-01-01T00:16:38.999Z, older than 1 s (max_age)',
    )
  })

  it('by another parent says nothing of an old load, nor does who waits while the time has not come', () => {
    const { run } = given(
      planOf({ x: [], a: [], b: { parents: ['x', 'a'], links: { a: { kind: 'stale-ok' } } } }),
      ...[startWith(), dispatch, failed('x')],
    )
    expect(why(run, 'b')[0]?.text).toBe('it can never start, because x failed')
    const before = given(stale(), startWith(), dispatch).run
    expect(why(before, 'b')[0]?.text).toBe('it waits for a')
  })

  it('does not end when the time has come and no old load serves: it waits on, and says so', () => {
    const start = { ...startWith(), waitUntilMs: { '07:30': openedAtMs + 500 } }
    const { run } = given(stale({ wait_until: '07:30' }), start, dispatch)
    expect(why(run, 'b', { nowMs: openedAtMs + 500 })[0]?.text).toBe(
      'it waits for a; b would go on with an old load of a, and none is known',
    )
  })

  it('with its run says how that ended', () => {
    const { run } = given(chain, open(), dispatch, cancel)
    expect(why(run, 'a')[0]).toMatchObject({
      reason: 'cancelled',
      text: 'the run ended before it, cancelled: an operator wants it',
    })
  })

  it('with its run that somebody cancelled says who, and of one that timed out the limit', () => {
    const byAda = { kind: 'cancel', by, reason: 'wrong prices' } as const
    const cancelled = given(chain, open(), dispatch, byAda).run
    expect(why(cancelled, 'a')[0]?.text).toBe('the run ended before it, cancelled by ada: wrong prices')
    const late = given(chain, open({ run_timeout_ms: 30_000 }), dispatch, at(openedAtMs + 30_000, tick)).run
    expect(why(late, 'a')[0]?.text).toBe(
      'the run ended before it, timed-out: the run took longer than 30 s, its run_timeout',
    )
  })

  it('and goes on in a run that was cancelled says nothing of that any more', () => {
    const { run } = given(chain, open(), dispatch, cancel, { kind: 'retry', objectId: 'a', by })
    expect(endedEarlyBy(run.head)).toBeUndefined()
  })

  it('because nobody answered in time says the limit', () => {
    const policy = { max_retries: 0, answer_timeout_ms: 90_000 }
    const { run } = given(chain, open(policy), dispatch, at(openedAtMs + 90_000, tick))
    expect(why(run, 'a')[0]?.text).toBe(
      'attempt 1 failed with ATTEMPT_TIMED_OUT: no answer to attempt 1: it timed out after 90 s (answer_timeout)',
    )
  })

  it('but was loaded after it had been given up, may be accepted', () => {
    const { run } = given(chain, open(), dispatch, cancel, loaded('a', 1))
    expect(why(run, 'a')[0]).toMatchObject({
      reason: 'late-result',
      release: 'millefeuille accept-late run-1 a',
    })
  })

  it('by hand says by whom, when, and why', () => {
    const hand = (input: RunInput, atMs = openedAtMs + 1_000) => {
      const { run } = given(chain, open(), dispatch, at(atMs, input))
      return why(run, 'a')[0]
    }
    const when = 'by ada at 1970-01-01T00:16:41Z'
    const objectId = 'a'
    expect(hand({ kind: 'skip', objectId, by, reason: 'no tasks today' })).toMatchObject({
      ...{ reason: undefined, state: 'skipped', sinceMs: openedAtMs + 1_000 },
      text: `it was skipped ${when}: no tasks today`,
    })
    expect(hand({ kind: 'mark-loaded', objectId, by })).toMatchObject({
      ...{ reason: undefined, state: 'loaded' },
      text: `it was marked as loaded ${when}`,
    })
    const late = [open(), dispatch, cancel, loaded('a', 1)]
    const accept = at(openedAtMs + 1_000, { kind: 'accept-late', objectId, by, reason: 'it is good' })
    expect(why(given(chain, ...late, accept).run, 'a')[0]?.text).toBe(
      `its late result was accepted ${when}: it is good`,
    )
  })

  it('well has no reason', () => {
    const { run } = given(chain, open(), dispatch, loaded('a'))
    expect(why(run, 'a')).toMatchObject([{ reason: undefined, text: 'it is loaded', release: undefined }])
  })
})
