// Tests of how croner is asked.

import { describe, expect, it } from 'vitest'
import { isTimeZone, lastTickAtMs, nextTickAtMs } from '../../../../../orchestrator/core/schedule/cron.ts'

const at = (text: string) => Date.parse(text)

describe('isTimeZone', () => {
  it('knows the names of the IANA data base and nothing else', () => {
    expect(['Europe/Madrid', 'UTC', 'Asia/Kathmandu'].every(isTimeZone)).toBe(true)
    expect(['Europe/Lutetia', '', 'Madrid', '+02:00'].some(isTimeZone)).toBe(false)
  })
})

describe('the last tick', () => {
  it('is the one at this very instant', () => {
    const tick = at('2026-11-21T07:00:00Z')
    expect(lastTickAtMs('0 8 * * *', 'Europe/Madrid', tick)).toBe(tick)
  })

  it('is that of yesterday a millisecond earlier', () => {
    const before = at('2026-11-21T07:00:00Z') - 1
    expect(lastTickAtMs('0 8 * * *', 'Europe/Madrid', before)).toBe(at('2026-11-20T07:00:00Z'))
  })

  it('is none before the first year of an expression that names years', () => {
    expect(lastTickAtMs('0 0 8 * * * 2031', 'UTC', at('2026-11-21T00:00:00Z'))).toBeUndefined()
  })

  it.each([
    ['Europe/Madrid', '30 2 * * *'],
    ['Europe/Madrid', '0 * * * *'],
    ['America/New_York', '0 2,14 * * *'],
    ['Australia/Lord_Howe', '15 2 * * 0'],
    ['Africa/Cairo', '0 0 * * *'],
  ])('looks back on the same ticks as the next tick looks forward to, in %s for %s', (zone, expression) => {
    const forward: number[] = []
    let tick = nextTickAtMs(expression, zone, at('2026-09-01T00:00:00Z'))
    while (tick !== undefined && tick < at('2027-05-15T00:00:00Z')) {
      forward.push(tick)
      tick = nextTickAtMs(expression, zone, tick)
    }
    expect(forward.length).toBeGreaterThan(30)
    const back = forward.slice(1).map((next) => lastTickAtMs(expression, zone, next - 1))
    expect(back).toEqual(forward.slice(0, -1))
  })
})

describe('the next tick', () => {
  it('is after the instant, never at it', () => {
    const tick = at('2026-11-21T07:00:00Z')
    expect(nextTickAtMs('0 8 * * *', 'Europe/Madrid', tick)).toBe(at('2026-11-22T07:00:00Z'))
    expect(nextTickAtMs('0 8 * * *', 'Europe/Madrid', tick - 1)).toBe(tick)
  })

  it('is none after the last year of an expression that names years', () => {
    expect(nextTickAtMs('0 0 8 * * * 2020', 'UTC', at('2026-11-21T00:00:00Z'))).toBeUndefined()
  })
})
