// Each change of a breaker, under virtual time.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../shared/base/fault.ts'
import type { TargetWord } from '../../../../workers/core/target-word.ts'
import { type BreakerChange, TargetBreaker } from '../../../../workers/loaders/target-breaker.ts'
import { LeapingClock } from '../../../support/leaping-clock.ts'

const target = 'https://api.example.org'
const resetMs = 30_000
const answers: TargetWord = { kind: 'answers' }
const fails: TargetWord = { kind: 'fails', reason: 'answered 503' }
const nothing: TargetWord = { kind: 'nothing' }

function bench(failures = 3, chance = 0) {
  const clock = new LeapingClock('2026-11-25T07:00:00Z')
  const changes: BreakerChange[] = []
  const random = () => chance
  const changed = (change: BreakerChange) => changes.push(change)
  const breaker = new TargetBreaker({ target, failures, resetMs, clock, random, changed })
  const entered = () => {
    breaker.enter()
    const end = Promise.withResolvers<TargetWord>()
    breaker.follow(end.promise)
    return end
  }
  const settle = () => clock.advance(0)
  /** An attempt from beginning to end. */
  const attempt = async (word: TargetWord) => {
    entered().resolve(word)
    await settle()
  }
  const open = async () => {
    for (let failure = 0; failure < failures; failure++) await attempt(fails)
  }
  const refusal = () => {
    try {
      breaker.enter()
    } catch (error) {
      if (error instanceof Fault) return error
      throw error
    }
    throw new Error('it let the attempt in')
  }
  return { clock, breaker, changes, entered, attempt, open, refusal, settle }
}

describe('a closed breaker', () => {
  it('opens at so many failures in a row, and says why', async () => {
    const { breaker, attempt, changes } = bench()
    await attempt(fails)
    await attempt(fails)
    expect(breaker.state).toBe('closed')
    await attempt(fails)
    expect(breaker.state).toBe('open')
    expect(changes).toEqual([{ state: 'open', reason: 'answered 503', openMs: resetMs }])
  })

  it('counts anew after an answer, and what says nothing does not count', async () => {
    const { breaker, attempt } = bench()
    for (const word of [fails, fails, answers, fails, fails, nothing]) await attempt(word)
    expect(breaker.state).toBe('closed')
    await attempt(fails)
    expect(breaker.state).toBe('open')
  })

  it('lets any number in at a time, and opens when those that run fail', async () => {
    const { breaker, entered, settle, changes } = bench()
    const ends = Array.from({ length: 10 }, entered)
    for (const end of ends) end.resolve(fails)
    await settle()
    expect(breaker.state).toBe('open')
    expect(changes).toHaveLength(1)
  })
})

describe('an open breaker', () => {
  it('refuses with its target, its time and the last failure', async () => {
    const { clock, open, refusal } = bench()
    await open()
    const until = new Date(clock.nowMs() + resetMs).toISOString()
    await clock.advance(10_000)
    expect(refusal()).toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      retryable: true,
      message: `the breaker of ${target} is open until ${until}, after: answered 503`,
      detail: { retryAfterMs: 20_000 },
    })
  })

  it('spreads those it refuses, so that not all come back at once', async () => {
    const { open, refusal } = bench(1, 0.5)
    await open()
    expect(refusal().detail).toEqual({ retryAfterMs: resetMs + resetMs / 4 })
  })

  it('lets nobody in before its time is over, and one attempt then', async () => {
    const { clock, breaker, open, refusal, entered, changes } = bench()
    await open()
    await clock.advance(resetMs - 1)
    refusal()
    await clock.advance(1)
    entered()
    expect(breaker.state).toBe('half-open')
    expect(changes.at(-1)).toEqual({ state: 'half-open' })
  })

  it('is not closed by an attempt that had begun before it opened', async () => {
    const { breaker, entered, open, settle } = bench()
    const early = entered()
    await open()
    early.resolve(answers)
    await settle()
    expect(breaker.state).toBe('open')
  })

  it('is open no longer when the clock is set back', async () => {
    const { clock, breaker, open } = bench()
    await open()
    clock.leapTo('2026-11-25T06:00:00Z')
    expect(() => breaker.enter()).not.toThrow()
  })
})

describe('a half-open breaker', () => {
  async function halfOpen(chance = 0) {
    const it = bench(3, chance)
    await it.open()
    await it.clock.advance(resetMs)
    return { ...it, probe: it.entered() }
  }

  it('refuses all others while one attempt tries the target', async () => {
    const { clock, refusal } = await halfOpen()
    await clock.advance(5_000)
    const next = new Date(clock.nowMs() + 25_000).toISOString()
    expect(refusal()).toMatchObject({
      code: 'TARGET_UNAVAILABLE',
      message: `the breaker of ${target} is half-open: one attempt tries it, the next may at ${next}`,
      detail: { retryAfterMs: 25_000 },
    })
  })

  it('closes when the target answers, and counts from nothing again', async () => {
    const { breaker, probe, attempt, settle, changes } = await halfOpen()
    probe.resolve(answers)
    await settle()
    expect(changes.map(({ state }) => state)).toEqual(['open', 'half-open', 'closed'])
    await attempt(fails)
    await attempt(fails)
    expect(breaker.state).toBe('closed')
  })

  it('is open again for as long when the attempt fails', async () => {
    const { clock, breaker, probe, settle, refusal, changes } = await halfOpen()
    await clock.advance(1_000)
    probe.resolve({ kind: 'fails', reason: 'ECONNREFUSED' })
    await settle()
    expect(changes.at(-1)).toEqual({ state: 'open', reason: 'ECONNREFUSED', openMs: resetMs })
    expect(refusal().detail).toEqual({ retryAfterMs: resetMs })
    await clock.advance(resetMs)
    expect(() => breaker.enter()).not.toThrow()
  })

  it('lets the next one in at once when the attempt was given up and said nothing', async () => {
    const { breaker, probe, entered, settle } = await halfOpen()
    probe.resolve(nothing)
    await settle()
    entered().resolve(answers)
    await settle()
    expect(breaker.state).toBe('closed')
  })

  it('lets the next one in when the attempt says nothing for too long, and hears what it says later', async () => {
    const { clock, breaker, probe, entered, settle } = await halfOpen()
    await clock.advance(resetMs)
    const second = entered()
    expect(breaker.state).toBe('half-open')
    await clock.advance(resetMs)
    probe.resolve(answers)
    await settle()
    expect(breaker.state).toBe('closed')
    second.resolve(fails)
    await settle()
    expect(breaker.state).toBe('closed')
    expect(clock.waiting).toBe(0)
  })

  it('is open for its whole time when the attempt fails late', async () => {
    const { clock, probe, settle, refusal } = await halfOpen()
    await clock.advance(resetMs)
    probe.resolve(fails)
    await settle()
    expect(refusal().detail).toEqual({ retryAfterMs: resetMs })
  })

  it('stays half-open for the second attempt when the first fails late beside it', async () => {
    const { clock, breaker, probe, entered, settle } = await halfOpen()
    await clock.advance(resetMs)
    const second = entered()
    probe.resolve(fails)
    await settle()
    expect(breaker.state).toBe('half-open')
    second.resolve(answers)
    await settle()
    expect(breaker.state).toBe('closed')
  })

  it('leaves no timer behind', async () => {
    const { clock, probe, settle } = await halfOpen()
    probe.resolve(answers)
    await settle()
    expect(clock.waiting).toBe(0)
  })
})
