// What a worker remembers of its answers: which, of which announcement, and how many.

import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../../../shared/ports/transport.ts'
import { GivenAnswers } from '../../../../workers/services/given-answers.ts'
import { type Work, workOf } from '../../../../workers/services/work.ts'
import { readyEvent } from '../../../support/zone-bench.ts'

function work(id: string, { ts = 1, ...headers }: Said = {}): Work {
  const ready = readyEvent({ id, ts })
  return workOf(ready, { headers } as unknown as Delivery)
}

interface Said {
  readonly ts?: number
  readonly ce_time?: string
}

describe('the answers that were given', () => {
  it('are known by attempt and by the time of its announcement', () => {
    const given = new GivenAnswers()
    given.remember(work('a'), 'yes')
    const known = [work('a'), work('a', { ts: 2 }), work('b')].map((one) => given.of(one))
    expect(known).toEqual(['yes', undefined, undefined])
  })

  it('are not those of an attempt that was announced anew within the second', () => {
    const given = new GivenAnswers()
    const first = { ce_time: '2026-01-01T00:00:01.000Z' }
    given.remember(work('a', first), 'yes')
    const known = [work('a', first), work('a', { ce_time: '2026-01-01T00:00:01.001Z' })].map((one) =>
      given.of(one),
    )
    expect(known).toEqual(['yes', undefined])
  })

  it('are the last that was said', () => {
    const given = new GivenAnswers()
    given.remember(work('a'), 'yes')
    given.remember(work('a'), 'no')
    expect(given.of(work('a'))).toBe('no')
  })

  it('are forgotten when there are fifty thousand newer ones', () => {
    const given = new GivenAnswers()
    for (let index = 0; index <= 50_000; index++) given.remember(work(`${index}`), 'yes')
    expect([given.of(work('0')), given.of(work('1'))]).toEqual([undefined, 'yes'])
  })

  it('are forgotten when newer ones have taken sixteen million characters', () => {
    const given = new GivenAnswers()
    const large = 'x'.repeat(1_024 * 1_024)
    for (let index = 0; index < 17; index++) given.remember(work(`${index}`), large)
    expect([given.of(work('0')), given.of(work('1'))]).toEqual([undefined, large])
    // Said again, an answer takes no more room than before.
    for (let index = 0; index < 17; index++) given.remember(work('16'), large)
    expect(given.of(work('1'))).toBe(large)
  })
})
