// Links that excuse their parents, from the definition that says so to the Ready event that goes on without.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
})
afterEach(() => house.stop())

const child = (link: object) => [
  { id: 1001, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', parents: [{ id: 1001, ...link }] },
]

async function open(run_id: string, objects: readonly object[]): Promise<void> {
  const { status } = await house.send('POST', '/api/v1/runs', { body: { objects, run_id, max_retries: 0 } })
  expect(status).toBe(201)
}

function readyOf(key: string): Record<string, unknown> | undefined {
  const record = house.published.findLast((one) => one.key === key)
  return record === undefined ? undefined : JSON.parse(String(record.value))
}

describe('a parent whose last good load will do', () => {
  const objects = child({ policy: 'stale-ok', max_age: '36h' })
  const result = { rows: 7 }

  beforeEach(async () => {
    await open('yesterday', objects)
    await house.send('POST', '/api/v1/runs/yesterday/objects/1001/mark-loaded', { body: { result } })
    await house.loaded('yesterday', '2001')
  })

  it('hands the child the old result, and the day it is of', async () => {
    await house.clock.advance(24 * 3_600_000)
    await open('today', objects)
    await house.failed('today', '1001')
    expect(readyOf('today/2001')).toMatchObject({
      inputs: { 1001: result },
      degraded: [
        { parent: '1001', child: '2001', reason: 'failed', loaded_at_ms: Date.parse('2026-11-21T05:00:00Z') },
      ],
    })
  })

  it('blocks the child when that load is too old', async () => {
    await house.clock.advance(37 * 3_600_000)
    await open('today', objects)
    await house.failed('today', '1001')
    expect(readyOf('today/2001')).toBeUndefined()
    expect((await house.send('GET', '/api/v1/runs/today')).json).toMatchObject({ counts: { blocked: 1 } })
    expect((await house.send('GET', '/api/v1/why/2001?run=today')).json?.text).toContain(
      'because 1001 failed; 2001 would go on with an old load of 1001, but the last is of 2026-11-21T05:00:00Z, older than 36 h (max_age)',
    )
  })
})

describe('a parent that is waited for until a time of day', () => {
  it('is gone on without from then on, by the clock of the house', async () => {
    await open('r', child({ policy: 'optional', wait_until: '07:30' }))
    expect((await house.send('GET', '/api/v1/why/2001?run=r')).json?.text).toContain(
      'or 2026-11-21T07:30:00Z: then it may go on without 1001',
    )
    await house.clock.advance(Date.parse('2026-11-21T07:29:59Z') - house.clock.nowMs())
    expect(readyOf('r/2001')).toBeUndefined()
    await house.clock.advance(1_000)
    expect(readyOf('r/2001')).toMatchObject({
      inputs: {},
      degraded: [{ parent: '1001', child: '2001', reason: 'late' }],
    })
  })
})
