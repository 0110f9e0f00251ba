// Tests of the ticks of schedules and of the names they have.

import { describe, expect, it } from 'vitest'
import { defaultTenant, objectsRunName, runName } from '../../../../../orchestrator/core/schedule/run-name.ts'
import {
  dateIn,
  isBusinessDate,
  labelNow,
  lastTick,
  nextTick,
  nextTicks,
  passedTicks,
  scheduleOf,
} from '../../../../../orchestrator/core/schedule/schedule.ts'

const at = (text: string) => Date.parse(text)
const morning = scheduleOf('0 8 * * *', 'Europe/Madrid')
const hourly = scheduleOf('0 * * * *', 'Europe/Madrid')

describe('a schedule', () => {
  it.each(['0 8 * * *', '30 0 1 * *', '@daily', '0 0 29 2 *', '0 0 8 1 1 * 2031'])(
    'of %s fires once a day',
    (cron) => {
      expect(scheduleOf(cron, 'Europe/Madrid').onceADay).toBe(true)
    },
  )

  it.each(['0 * * * *', '0 8,20 * * *', '*/30 8 * * *', '0 0,23 1 * *', '0,30 0 8 * * *'])(
    'of %s fires more than once a day',
    (cron) => {
      expect(scheduleOf(cron, 'Europe/Madrid').onceADay).toBe(false)
    },
  )
})

describe('a tick', () => {
  it('at eight in Madrid has the business date of Madrid and the wall clock with its offset', () => {
    expect(nextTick(morning, at('2026-11-20T12:00:00Z'))).toEqual({
      atMs: at('2026-11-21T07:00:00Z'),
      businessDate: '2026-11-21',
      label: '2026-11-21',
      localTime: '2026-11-21T08:00:00+01:00',
    })
  })

  it('has the date of its own time zone, not that of UTC', () => {
    const auckland = scheduleOf('0 8 * * *', 'Pacific/Auckland')
    expect(nextTick(auckland, at('2026-11-20T12:00:00Z'))).toMatchObject({
      atMs: at('2026-11-20T19:00:00Z'),
      businessDate: '2026-11-21',
    })
  })

  it.each([
    [
      'spring',
      '2027-03-26T12:00:00Z',
      ['2027-03-27T07:00:00Z', '2027-03-28T06:00:00Z', '2027-03-29T06:00:00Z'],
    ],
    [
      'autumn',
      '2026-10-23T12:00:00Z',
      ['2026-10-24T06:00:00Z', '2026-10-25T07:00:00Z', '2026-10-26T07:00:00Z'],
    ],
  ])('comes at eight on the wall when the clocks change in %s, once a date', (_, from, expected) => {
    const ticks = nextTicks(morning, at(from), 3)
    expect(ticks.map((tick) => tick.atMs)).toEqual(expected.map(at))
    expect(ticks.map((tick) => tick.localTime.slice(11, 16))).toEqual(['08:00', '08:00', '08:00'])
    expect(new Set(ticks.map((tick) => tick.label)).size).toBe(3)
  })

  it('in the gap of spring comes right after it, on its own date', () => {
    const night = scheduleOf('30 2 * * *', 'Europe/Madrid')
    expect(nextTick(night, at('2027-03-27T12:00:00Z'))).toMatchObject({
      atMs: at('2027-03-28T01:00:00Z'),
      label: '2027-03-28',
    })
  })

  it('in the hour that autumn has twice comes once for a fixed time, also in a list', () => {
    const list = scheduleOf('30 2,14 * * *', 'Europe/Madrid')
    expect(nextTicks(list, at('2026-10-24T20:00:00Z'), 2).map((tick) => tick.label)).toEqual([
      '2026-10-25T02:30',
      '2026-10-25T14:30',
    ])
  })

  it('of every hour comes in both passes of that hour, and the second names its offset', () => {
    expect(nextTicks(hourly, at('2026-10-24T23:30:00Z'), 3).map((tick) => tick.label)).toEqual([
      '2026-10-25T02:00',
      '2026-10-25T02:00+01:00',
      '2026-10-25T03:00',
    ])
  })

  it('between minutes names its second', () => {
    const often = scheduleOf('*/30 * * * * *', 'UTC')
    expect(nextTicks(often, at('2026-11-21T08:00:00Z'), 2).map((tick) => tick.label)).toEqual([
      '2026-11-21T08:00:30',
      '2026-11-21T08:01',
    ])
  })

  it('has a label of its own among the 8,760 of a year of hours, both changes of the clocks included', () => {
    const ticks = nextTicks(hourly, at('2026-06-01T00:00:00Z'), 8_760)
    expect(new Set(ticks.map((tick) => tick.label)).size).toBe(8_760)
  })
})

describe('ticks that have passed', () => {
  it('are those after the one instant up to the other, newest first', () => {
    const passed = passedTicks(hourly, at('2026-11-21T05:00:00Z'), at('2026-11-21T07:00:00Z'), 10)
    expect(passed.map((tick) => tick.label)).toEqual(['2026-11-21T08:00', '2026-11-21T07:00'])
  })

  it('are no more than asked for, and the newest of them', () => {
    const passed = passedTicks(hourly, at('2020-01-01T00:00:00Z'), at('2026-11-21T07:00:00Z'), 1)
    expect(passed.map((tick) => tick.label)).toEqual(['2026-11-21T08:00'])
  })

  it('are none when the clock went back', () => {
    expect(passedTicks(hourly, at('2026-11-21T07:00:00Z'), at('2026-11-21T05:00:00Z'), 10)).toEqual([])
  })
})

describe('the ends of an expression that names years', () => {
  const year = scheduleOf('0 0 8 31 12 * 2026', 'UTC')

  it('has no last tick before and no next tick after', () => {
    expect(lastTick(year, at('2026-06-01T00:00:00Z'))).toBeUndefined()
    expect(nextTick(year, at('2027-06-01T00:00:00Z'))).toBeUndefined()
    expect(nextTicks(year, at('2026-06-01T00:00:00Z'), 5)).toHaveLength(1)
    expect(passedTicks(year, at('2020-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z'), 5)).toHaveLength(1)
  })
})

describe('names', () => {
  it('of what is opened by hand are those of the tick of the day, or of the minute where a day has more', () => {
    const nowMs = at('2026-11-20T23:17:42Z')
    expect(labelNow(morning, nowMs)).toBe('2026-11-21')
    expect(labelNow(hourly, nowMs)).toBe('2026-11-21T00:17')
    expect(dateIn('America/New_York', nowMs)).toBe('2026-11-20')
  })

  it('of runs tell tenants apart, and leave out the default one', () => {
    expect(runName('daily_operations', '2026-11-21', defaultTenant)).toBe('daily_operations@2026-11-21')
    expect(runName('daily_operations', '2026-11-21', 'bakery-7')).toBe('daily_operations@2026-11-21@bakery-7')
  })

  it('of runs over object files begin with 12 digits of the content hash', () => {
    expect(objectsRunName('0123456789abcdef0123')).toBe('objects-0123456789ab')
  })

  it('are dates only when the calendar has them', () => {
    expect(isBusinessDate('2028-02-29')).toBe(true)
    expect(['2026-02-29', '2026-2-1', '2026-11-21T08:00', 'today', ''].some(isBusinessDate)).toBe(false)
  })
})
