// Why an object is where it is, over HTTP and at the command line: the same text.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'
import { millefeuille } from '../../../support/command-line.ts'

const objects = [
  { id: 1001, zone: '1-Raw', name: 'Customers' },
  { id: 2001, zone: '2-Standardized', parents: [1001] },
  { id: 3001, zone: '3-Application', parents: [2001] },
]

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
  await openRun('r')
})
afterEach(() => house.stop())

const openRun = (run_id: string) =>
  house.send('POST', '/api/v1/runs', { body: { objects, run_id, max_retries: 0 } })
const why = (path: string) => house.send('GET', `/api/v1/why/${path}`)
const ask = (...args: readonly string[]) =>
  millefeuille(args, { env: { ORCHESTRATOR_URL: house.server.url }, clock: house.clock })

describe('why', () => {
  it('follows an object that waits to the root cause, in words and as data', async () => {
    await house.loaded('r', '1001')
    const { json } = await why('3001')
    expect(json).toMatchObject({
      run_id: 'r',
      object_id: '3001',
      chain: [
        { object_id: '3001', state: 'waiting', reason: 'waiting-parent' },
        { object_id: '2001', state: 'ready', reason: 'slot-limit', owner: 'the team of standardization' },
      ],
    })
    expect(json?.text).toBe(
      [
        'run r',
        '3001: waiting (waiting-parent) since 2026-11-21T05:00:00.000Z',
        '  it waits for 2001',
        '  owner: the orchestrator',
        '  released by: its parent being loaded',
        '  └ 2001: ready (slot-limit) since 2026-11-21T05:00:00.000Z',
        '    attempt 1 is announced, and all 4 slots of the worker of standardization are taken',
        '    owner: the team of standardization',
        '    released by: a load that ends; more workers, or a larger MAX_WORKERS, make it sooner',
      ].join('\n'),
    )
    expect((await ask('why', '3001')).out).toBe(json?.text)
    expect(JSON.parse((await ask('why', '3001', '--json')).out)).toEqual({
      format: 'millefeuille/why@1',
      ...json,
    })
  })

  it('of a blocked object names what failed', async () => {
    await house.failed('r', '1001')
    expect((await why('3001?run=r')).json).toMatchObject({
      chain: [
        { object_id: '3001', reason: 'parent-failed' },
        { object_id: '1001', name: 'Customers', reason: 'failed' },
      ],
    })
  })

  it('of an object that was skipped or marked by hand says by whom, when and why', async () => {
    const body = { by: 'ada', reason: 'no customers today' }
    await house.send('POST', '/api/v1/runs/r/objects/1001/skip', { body })
    expect((await why('1001')).json?.text).toBe(
      [
        'run r',
        '1001 Customers: skipped since 2026-11-21T05:00:00.000Z',
        '  it was skipped by ada at 2026-11-21T05:00:00Z: no customers today',
      ].join('\n'),
    )
  })

  it('of an object that went on without something says what, and so of all below it', async () => {
    await house.send('POST', '/api/v1/runs/r/objects/1001/skip')
    await house.loaded('r', '2001')
    const missing = [{ parent: '1001', child: '2001', reason: 'skipped' }]
    const { json } = await why('3001')
    expect(json).toMatchObject({ chain: [{ object_id: '3001', state: 'ready', degraded: missing }] })
    expect(json?.text).toContain('\n  2001 above it went on without 1001\n  owner: ')
    expect((await why('2001')).json?.text).toMatch(/\n {2}it went on without 1001$/)
    expect((await ask('why', '3001')).out).toBe(json?.text)
    expect((await why('1001')).json).toMatchObject({ chain: [{ degraded: [] }] })
  })

  it('says since when a reason holds, and not since when the object is in its state', async () => {
    await house.clock.advance(60_000)
    await house.send('POST', '/api/v1/runs/r/pause', { body: { by: 'ada' } })
    await house.clock.advance(60_000)
    await house.loaded('r', '1001')
    expect((await why('2001')).json).toMatchObject({
      chain: [{ state: 'waiting', reason: 'paused', since: '2026-11-21T05:02:00.000Z' }],
    })
  })

  it('looks into the newest run that goes on, else the newest of all', async () => {
    await house.clock.advance(1_000)
    await openRun('newer')
    expect((await why('3001')).json).toMatchObject({ run_id: 'newer' })
    await house.send('DELETE', '/api/v1/runs/newer')
    expect((await why('3001')).json).toMatchObject({ run_id: 'r' })
    await house.send('DELETE', '/api/v1/runs/r')
    expect((await why('3001')).json).toMatchObject({ run_id: 'newer' })
  })

  it('knows only what is there', async () => {
    for (const [path, code] of [
      ['77', 'OBJECT_UNKNOWN'],
      ['77?run=r', 'OBJECT_UNKNOWN'],
      ['3001?run=none', 'RUN_UNKNOWN'],
    ] as const)
      expect(await why(path)).toMatchObject({ status: 404, json: { code } })
    expect((await ask('why', '77')).code).toBe(2)
  })
})
