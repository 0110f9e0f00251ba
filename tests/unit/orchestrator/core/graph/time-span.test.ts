// Spans of time: every way they may be written, and nothing else.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spanMsOf } from '../../../../../orchestrator/core/graph/time-span.ts'
import type { Json } from '../../../../../shared/base/json.ts'

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]))
const blanks = fc.constantFrom('', ' ', '\t ')

describe('a span of time', () => {
  it.each<readonly [Json, number]>([
    ['250ms', 250],
    ['2s', 2_000],
    ['1.5h', 5_400_000],
    [' 36 h ', 129_600_000],
    ['1d', 86_400_000],
    [90, 90_000],
    [0.25, 250],
    [0, 0],
    ['0s', 0],
  ])('is read from %j', (given, ms) => expect(spanMsOf(given)).toBe(ms))

  it.each<readonly [Json]>([
    ['90'],
    [''],
    ['s'],
    ['5M'],
    ['-5s'],
    ['5 minutes'],
    ['1h30m'],
    ['1e3s'],
    ['.5h'],
    ['never'],
    [-1],
    [null],
    [true],
    [[5]],
    [{ s: 5 }],
  ])('is not read from %j', (given) => expect(spanMsOf(given)).toBeUndefined())

  it('is its number times its unit, with blanks or without (any number)', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), unit, blanks, (amount, name, blank) => {
        expect(spanMsOf(`${blank}${amount}${blank}${name}${blank}`)).toBe(amount * units[name])
      }),
    )
  })

  it('means the same in seconds as a number and as text, to the millisecond (any number)', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), (ms) => {
        expect(spanMsOf(ms / 1_000)).toBe(ms)
        expect(spanMsOf(`${ms / 1_000}s`)).toBe(ms)
        expect(spanMsOf(`${ms}ms`)).toBe(ms)
      }),
    )
  })

  it('is no other text (any text)', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,4} ?[smhdMSw]{0,3}$/))
    fc.assert(
      fc.property(text, (given) => {
        const [, amount = '', name = ''] = /^\s*([0-9.]*)\s*([a-z]*)\s*$/.exec(given) ?? []
        const isSpan = name in units && /^[0-9]/.test(amount) && /[0-9]$/.test(amount) && Number(amount) >= 0
        expect(spanMsOf(given) !== undefined).toBe(isSpan)
      }),
    )
  })
})
