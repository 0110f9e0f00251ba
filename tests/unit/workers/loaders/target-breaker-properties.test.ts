// A breaker in any weather: it keeps attempts away as long as it says, and always comes back.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import type { TargetWord } from '../../../../workers/core/target-word.ts'
import { TargetBreaker } from '../../../../workers/loaders/target-breaker.ts'
import { seed } from '../../../support/wild-texts.ts'

const failures = 3
const resetMs = 1_000

type Step =
  | { readonly kind: 'begin' }
  /** The attempt that began first of those under way, or last, ends so. */
  | { readonly kind: 'end'; readonly isOldest: boolean; readonly word: TargetWord }
  | { readonly kind: 'wait'; readonly ms: number }

const words = fc.constantFrom<TargetWord>(
  { kind: 'answers' },
  { kind: 'fails', reason: 'down' },
  { kind: 'fails', reason: 'down' },
  { kind: 'nothing' },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ kind: 'begin' }),
  fc.record({ kind: fc.constant('end' as const), isOldest: fc.boolean(), word: words }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 300, 999, 1_000, 2_500) }),
)

/** A breaker and those who call, who write down when it let whom in. */
class Weather {
  readonly clock = new VirtualClock(0)
  readonly underWay: PromiseWithResolvers<TargetWord>[] = []
  /** Failures told since the last answer. */
  failedInARow = 0
  openedAtMs = Number.NEGATIVE_INFINITY
  openForMs = 0
  /** When attempts were let in while it was not closed. */
  readonly tries: number[] = []
  readonly breaker = new TargetBreaker({
    target: 't',
    failures,
    resetMs,
    clock: this.clock,
    random: () => 0,
    changed: ({ state, openMs = 0 }) => {
      if (state !== 'open') return
      expect(this.failedInARow > 0 || openMs === 0).toBe(true)
      this.openedAtMs = this.clock.nowMs()
      this.openForMs = openMs
    },
  })

  async take(step: Step): Promise<void> {
    if (step.kind === 'wait') return this.clock.advance(step.ms)
    if (step.kind === 'begin') this.#begin()
    else this.#end(step.isOldest, step.word)
    await this.clock.advance(0)
  }

  #begin(): void {
    const before = this.breaker.state
    try {
      this.breaker.enter()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { retryAfterMs } = error.detail
      expect(retryAfterMs).toBeGreaterThanOrEqual(0)
      expect(retryAfterMs).toBeLessThanOrEqual(resetMs)
      return
    }
    if (before !== 'closed') this.tries.push(this.clock.nowMs())
    const end = Promise.withResolvers<TargetWord>()
    this.underWay.push(end)
    this.breaker.follow(end.promise)
  }

  #end(isOldest: boolean, word: TargetWord): void {
    const end = isOldest ? this.underWay.shift() : this.underWay.pop()
    if (end === undefined) return
    if (word.kind === 'fails') this.failedInARow++
    if (word.kind === 'answers') this.failedInARow = 0
    end.resolve(word)
  }
}

describe('a breaker', { timeout: 60_000 }, () => {
  it('lets nobody in while it is open, and closes with the first answer behind that (any weather)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const weather = new Weather()
        for (const one of steps) {
          const { openedAtMs, openForMs, tries } = weather
          const before = tries.length
          await weather.take(one)
          if (tries.length > before) expect(tries.at(-1)).toBeGreaterThanOrEqual(openedAtMs + openForMs)
        }
        // The storm is over: whoever is under way ends, the time passes, and the target answers.
        while (weather.underWay.length > 0)
          await weather.take({ kind: 'end', isOldest: true, word: { kind: 'nothing' } })
        await weather.take({ kind: 'wait', ms: resetMs })
        await weather.take({ kind: 'begin' })
        expect(weather.underWay).toHaveLength(1)
        await weather.take({ kind: 'end', isOldest: true, word: { kind: 'answers' } })
        expect(weather.breaker.state).toBe('closed')
        expect(weather.clock.waiting).toBe(0)
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('comes back also when every attempt hangs for ever: one more is let in each time (any number)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), async (hanging) => {
        const weather = new Weather()
        for (let failure = 0; failure < failures; failure++) {
          await weather.take({ kind: 'begin' })
          await weather.take({ kind: 'end', isOldest: true, word: { kind: 'fails', reason: 'down' } })
        }
        for (let hung = 0; hung < hanging; hung++) {
          await weather.take({ kind: 'wait', ms: resetMs })
          await weather.take({ kind: 'begin' })
          await weather.take({ kind: 'begin' })
          expect(weather.underWay).toHaveLength(hung + 1)
        }
        await weather.take({ kind: 'end', isOldest: true, word: { kind: 'answers' } })
        await weather.take({ kind: 'wait', ms: resetMs })
        expect(weather.breaker.state).toBe('closed')
      }),
      { seed, numRuns: 20 },
    )
  })
})
