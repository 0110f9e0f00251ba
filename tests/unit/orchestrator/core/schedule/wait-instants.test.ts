// The times of day that links wait until.

import { describe, expect, it } from 'vitest'
import { waitInstants } from '../../../../../orchestrator/core/schedule/wait-instants.ts'
import { planOf } from '../../../../support/plan-of.ts'

const waiting = (wait_until: string) =>
  planOf({ a: [], b: { parents: ['a'], links: { a: { kind: 'optional', wait_until } } } })

describe('the times of day that links wait until', () => {
  it('are instants of the business date in the time zone', () => {
    expect(waitInstants(waiting('07:30'), '2026-11-21', 'Europe/Madrid')).toEqual({
      '07:30': Date.parse('2026-11-21T06:30:00Z'),
    })
    expect(waitInstants(waiting('07:30'), '2026-07-21', 'Europe/Madrid')).toEqual({
      '07:30': Date.parse('2026-07-21T05:30:00Z'),
    })
  })

  it('that the clocks leap over are an hour later by the clock on the wall', () => {
    expect(waitInstants(waiting('02:30'), '2026-03-29', 'Europe/Madrid')).toEqual({
      '02:30': Date.parse('2026-03-29T01:30:00Z'),
    })
  })

  it('are none where no link waits', () => {
    expect(waitInstants(planOf({ a: [], b: ['a'] }), '2026-11-21', 'UTC')).toBeUndefined()
    const optional = planOf({ a: [], b: { parents: ['a'], links: { a: { kind: 'optional' } } } })
    expect(waitInstants(optional, '2026-11-21', 'UTC')).toBeUndefined()
  })
})
