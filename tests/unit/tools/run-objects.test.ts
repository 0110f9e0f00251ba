// What status shows of the objects of a run: those that went on without something, and their names beside the ids.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectList } from '../../../shared/api/object-resource.ts'
import { Fault } from '../../../shared/base/fault.ts'
import type { ApiClient, ObjectWish } from '../../../tools/client/api-client.ts'
import { degradedObjects, namedObjects } from '../../../tools/run-objects.ts'
import { type ApiHouse, apiHouse } from '../../support/api-house.ts'
import { millefeuille } from '../../support/command-line.ts'

const objects = [
  { id: 1001, zone: '1-Raw', name: 'Customers' },
  { id: 2001, zone: '2-Standardized', name: 'Customers clean', parents: [1001] },
  { id: 3001, zone: '3-Application', parents: [2001] },
]

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
  await openRun(objects)
})
afterEach(() => house.stop())

const openRun = (all: readonly object[], run_id = 'r') =>
  house.send('POST', '/api/v1/runs', { body: { objects: all, run_id, max_retries: 0 } })
const ask = (args: readonly string[], heard?: (line: string) => void) => {
  const env = { ORCHESTRATOR_URL: house.server.url }
  return millefeuille(args, { env, clock: house.clock, ...(heard && { heard }) })
}
const skip = (run: string) => house.send('POST', `/api/v1/runs/${run}/objects/1001/skip`)

describe('status of a run', () => {
  it('says what went on without something, and how much did, in the words of run', async () => {
    await skip('r')
    await house.loaded('r', '2001')
    const { code, out, err } = await ask(['status', 'r'])
    expect([code, err]).toEqual([0, ''])
    expect(out.split('\n').slice(-3)).toEqual([
      'degraded  2001 Customers clean, without 1001',
      'degraded  3001 (2001 above it went on without 1001)',
      'state     running: 1 ready, 1 loaded, 1 skipped, 2 degraded in 0 ms',
    ])
    const degraded = [{ parent: '1001', child: '2001', reason: 'skipped' }]
    expect((await ask(['status', 'r', '--json'])).json()).toMatchObject({
      format: 'millefeuille/run@1',
      degraded: [
        { object_id: '2001', name: 'Customers clean', degraded },
        { object_id: '3001', name: null, degraded },
      ],
    })
  })

  it('names the service that a breaker keeps from, and when the object is tried again', async () => {
    const detail = 'the breaker of api.example is open'
    const error = { code: 'TARGET_UNAVAILABLE', retryable: true, detail, retry_after_ms: 30_000 }
    const said = { runId: 'r', objectId: '1001', attempt: 1, info: undefined, error }
    await house.answer('r', { kind: 'failed', ...said })
    const line = `retrying  1001 Customers: TARGET_UNAVAILABLE ${detail}; again at 2026-11-21 05:00:30 UTC`
    expect((await ask(['status', 'r'])).out.split('\n').at(-2)).toBe(line)
    const next_attempt = { at: '2026-11-21T05:00:30.000Z', code: 'TARGET_UNAVAILABLE', detail }
    expect((await ask(['status', 'r', '--json'])).json()).toMatchObject({
      retrying: [{ object_id: '1001', name: 'Customers', next_attempt }],
    })
    await house.send('POST', '/api/v1/runs/r/pause', { body: { by: 'ada', reason: 'stop' } })
    expect((await ask(['status', 'r'])).out).toContain(
      `${detail}; again when the run is resumed, not before 2026-11-21 05:00:30 UTC`,
    )
    await house.send('DELETE', '/api/v1/runs/r')
    expect((await ask(['status', 'r'])).out).not.toContain('retrying')
  })

  it('is paused in the list of runs while it is', async () => {
    await house.send('POST', '/api/v1/runs/r/pause', { body: { by: 'ada' } })
    expect((await ask(['status'])).out).toMatch(/^ *│? *r +│? *paused/m)
    await openRun([{ id: 1001, zone: '1-Raw' }], 'goes-on')
    const listed = async (state: string) => {
      const { runs } = (await ask(['status', '--state', state, '--json'])).json() as {
        runs: { run_id: string }[]
      }
      return runs.map(({ run_id }) => run_id).sort()
    }
    expect(await listed('paused')).toEqual(['r'])
    expect(await listed('running')).toEqual(['goes-on', 'r'])
    await house.send('POST', '/api/v1/runs/r/resume', { body: { by: 'ada' } })
    expect((await ask(['status'])).out).not.toContain('paused')
    expect(await listed('paused')).toEqual([])
  })

  it('says nothing of it where nothing is missing', async () => {
    expect((await ask(['status', 'r'])).out).not.toContain('degraded')
    expect((await ask(['status', 'r', '--json'])).json()).toMatchObject({ degraded: [] })
  })

  it('names the first twenty to people, and all to programs', async () => {
    const many = Array.from({ length: 23 }, (_, index) => ({ id: 2001 + index, zone: '2-Standardized' }))
    await openRun([{ id: 1001, zone: '1-Raw' }, ...many.map((one) => ({ ...one, parents: [1001] }))], 'wide')
    await skip('wide')
    const { out } = await ask(['status', 'wide'])
    expect(out.match(/^degraded /gm)).toHaveLength(20)
    expect(out).toContain('… and 3 more degraded (--json prints them all)')
    expect(out).toContain(', 23 degraded in ')
    const { degraded } = (await ask(['status', 'wide', '--json'])).json()
    expect(degraded).toHaveLength(23)
  })

  it('still shows the run where it cannot be told', async () => {
    await skip('r')
    await house.loaded('r', '2001', '3001')
    house.store.read = async () => undefined
    const { code, out, err } = await ask(['status', 'r'])
    expect([code, out.split('\n').at(-1)]).toEqual([0, 'state     succeeded: 2 loaded, 1 skipped in 0 ms'])
    expect(err).toBe(
      "what its objects went on without cannot be told: run 'r' ended too long ago: its facts are no longer kept",
    )
    expect((await ask(['status', 'r', '--json'])).json()).toMatchObject({ degraded: null })
  })
})

describe('what failed in a run', () => {
  const failAnd = async (then: (id: string) => Promise<unknown>) => {
    const many = Array.from({ length: 22 }, (_, index) => ({ id: 1001 + index, zone: '1-Raw' }))
    await openRun(many, 'wide')
    for (const { id } of many) await house.failed('wide', String(id))
    await then('1001')
  }
  const retried = (id: string) => house.send('POST', `/api/v1/runs/wide/objects/${id}/retry`)

  it('is told of what is failed now, not of what was tried again since', async () => {
    await failAnd(retried)
    const { failures } = (await ask(['status', 'wide', '--json'])).json()
    const ids = (failures as readonly { object_id: string }[]).map(({ object_id }) => object_id)
    expect(ids).toEqual(Array.from({ length: 21 }, (_, index) => String(1002 + index)))
    const { out } = await ask(['status', 'wide'])
    expect(out).not.toContain('failed    1001:')
    expect(out).toContain('failed    1021: LOADER_REFUSED no (attempt 1)')
    expect(out).toContain('… and 1 more failed (--json prints them all)')
  })

  it('is told with the last failure of what failed again', async () => {
    await failAnd(async (id) => {
      await retried(id)
      const error = { code: 'LOADER_FAILED', retryable: false, detail: 'again' }
      const attempt = { kind: 'failed', runId: 'wide', objectId: id, attempt: 2, info: undefined } as const
      await house.answer('wide', { ...attempt, error })
    })
    const { out } = await ask(['status', 'wide'])
    expect(out).toContain('failed    1001: LOADER_FAILED again (attempt 2)')
    expect(out.match(/^failed /gm)).toHaveLength(20)
  })
})

describe('status --follow', () => {
  it('has the names of objects beside their ids', async () => {
    const heard = (line: string) => {
      if (line.includes('ready     1001')) void house.loaded('r', '1001', '2001', '3001')
    }
    const { code, err } = await ask(['status', 'r', '--follow'], heard)
    expect(code).toBe(0)
    expect(err).toMatch(
      /ready {5}1001 Customers\n[\s\S]*loaded {4}2001 Customers clean\n[\s\S]*loaded {4}3001$/,
    )
  })

  it('goes on with the ids where the names are not told', async () => {
    const look = () => Promise.reject(new Fault('PLAN_MISSING', 'the plan is gone'))
    const nameless = await apiHouse({ conductor: { submit: () => {}, look } })
    await nameless.send('POST', '/api/v1/runs', { body: { objects: objects.slice(0, 1), run_id: 'r' } })
    await nameless.loaded('r', '1001')
    const env = { ORCHESTRATOR_URL: nameless.server.url }
    const { code, err } = await millefeuille(['status', 'r', '--follow'], { env, clock: nameless.clock })
    await nameless.stop()
    expect([code, err]).toEqual([0, expect.stringMatching(/ready {5}1001\n.*loaded {4}1001$/)])
  })
})

describe('objects on several pages', () => {
  /** A run of objects 0, 1, 2 and so on, with pages of at most `most`. */
  function clientWith(count: number, most: number, wishes: ObjectWish[] = []) {
    const all = Array.from({ length: count }, (_, index) => ({
      ...{ object_id: String(index), name: null, layer: 1000 as const },
      ...{ state: 'ready', attempt: 1, error: null, degraded: [], next_attempt: null },
    }))
    const listObjects = async (run_id: string, wish: ObjectWish = {}): Promise<ObjectList> => {
      wishes.push(wish)
      const first = wish.after === undefined ? 0 : Number(wish.after) + 1
      const page = all.slice(first, first + Math.min(most, wish.limit ?? most))
      const next = first + page.length < count ? (page.at(-1)?.object_id ?? null) : null
      return { run_id, objects: page, total: count, next_after: next }
    }
    return { listObjects } as unknown as ApiClient
  }

  it('are all read, or as many as are wanted', async () => {
    expect(await namedObjects(clientWith(7, 3), 'r')).toHaveLength(7)
    const wishes: ObjectWish[] = []
    const found = await degradedObjects(clientWith(7, 3, wishes), 'r', 5)
    expect([found.total, found.objects.map(({ object_id }) => object_id)]).toEqual([
      7,
      ['0', '1', '2', '3', '4'],
    ])
    expect(wishes).toEqual([
      { degraded: 'true', limit: 5 },
      { degraded: 'true', after: '2', limit: 2 },
    ])
  })

  it('that fail for a reason of no Fault are a defect', async () => {
    const broken = { listObjects: () => Promise.reject(new TypeError('x')) } as unknown as ApiClient
    await expect(namedObjects(broken, 'r')).rejects.toThrow(TypeError)
  })
})
