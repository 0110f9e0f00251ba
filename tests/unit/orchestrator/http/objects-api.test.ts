// The objects of a run over HTTP: their names and states, those that went on without something, page by page.

import { afterEach, describe, expect, it } from 'vitest'
import type { ObjectList } from '../../../../shared/api/object-resource.ts'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

const objects = [
  { id: 1001, zone: '1-Raw', name: 'Customers' },
  { id: 1002, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', name: 'Customers clean', parents: [1001] },
  { id: 3001, zone: '3-Application', parents: [2001] },
]

let house: ApiHouse
const open = async (changes: Parameters<typeof apiHouse>[0] = {}) => {
  house = await apiHouse(changes)
  await house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'r', all: true, max_retries: 0 } })
}
afterEach(() => house.stop())
const list = (query = '', run = 'r') => house.send('GET', `/api/v1/runs/${run}/objects${query}`)
const skipFirst = async () => {
  await house.send('POST', '/api/v1/runs/r/objects/1001/skip', { body: { by: 'ada' } })
  await house.loaded('r', '2001')
}

describe('the objects of a run', () => {
  it('have their names and how they are, in the order of the plan', async () => {
    await open()
    await house.loaded('r', '1001')
    const waits = { attempt: 0, degraded: [] }
    expect(await list()).toMatchObject({
      status: 200,
      json: {
        ...{ run_id: 'r', total: 4, next_after: null },
        objects: [
          { object_id: '1001', name: 'Customers', layer: 1000, state: 'loaded', attempt: 1, degraded: [] },
          { object_id: '1002', name: null, layer: 1000, state: 'ready', attempt: 1, degraded: [] },
          { object_id: '2001', name: 'Customers clean', layer: 2000, state: 'ready', attempt: 1 },
          { object_id: '3001', name: null, layer: 3000, state: 'waiting', ...waits },
        ],
      },
    })
  })

  it('that went on without something are told with what that was, down to the last', async () => {
    await open()
    await skipFirst()
    const degraded = [{ parent: '1001', child: '2001', reason: 'skipped' }]
    expect((await list('?degraded=true')).json).toEqual({
      ...{ run_id: 'r', total: 2, next_after: null },
      objects: [
        {
          ...{ object_id: '2001', name: 'Customers clean', layer: 2000 },
          ...{ state: 'loaded', attempt: 1, error: null, degraded, next_attempt: null },
        },
        {
          ...{ object_id: '3001', name: null, layer: 3000 },
          ...{ state: 'ready', attempt: 1, error: null, degraded, next_attempt: null },
        },
      ],
    })
  })

  it('that went on without something are as many as the run says at its end', async () => {
    await open()
    await skipFirst()
    await house.loaded('r', '1002')
    await house.failed('r', '3001')
    const facts = (await house.store.read('r', 0))?.records ?? []
    expect(facts.at(-1)).toContain('"degraded":2')
    expect((await list('?degraded=true')).json).toMatchObject({ total: 2 })
  })

  it('that are to begin anew have gone on without nothing yet', async () => {
    await open()
    await skipFirst()
    await house.failed('r', '3001')
    expect((await list('?degraded=true')).json).toMatchObject({ total: 2 })
    await house.send('POST', '/api/v1/runs/r/pause')
    await house.send('POST', '/api/v1/runs/r/objects/3001/retry')
    expect((await list('?degraded=true')).json).toMatchObject({
      ...{ total: 1, objects: [{ object_id: '2001' }] },
    })
  })

  it('come page by page, each once', async () => {
    await open()
    const first = await list('?limit=3')
    expect(first.json).toMatchObject({ total: 4, next_after: '2001' })
    expect((await list('?limit=3&after=2001')).json).toMatchObject({
      ...{ total: 4, next_after: null },
      objects: [{ object_id: '3001' }],
    })
    expect((await list('?limit=1&after=3001')).json).toMatchObject({ objects: [], next_after: null })
    await skipFirst()
    expect((await list('?degraded=true&limit=1')).json).toMatchObject({ total: 2, next_after: '2001' })
  })

  it('that failed say why, as long as they are failed', async () => {
    await open()
    await house.failed('r', '1002')
    const error = { code: 'LOADER_REFUSED', detail: 'no' }
    expect((await list('?state=failed')).json).toMatchObject({
      ...{ total: 1, objects: [{ object_id: '1002', state: 'failed', attempt: 1, error }] },
    })
    expect((await list('?state=waiting')).json).toMatchObject({ total: 2, next_after: null })
    await house.send('POST', '/api/v1/runs/r/objects/1002/retry')
    expect((await list('?state=failed')).json).toMatchObject({ total: 0, objects: [] })
    expect((await list()).json?.objects).toContainEqual(
      expect.objectContaining({ object_id: '1002', state: 'ready', attempt: 2, error: null }),
    )
  })

  it('may have ids as long as definitions may write, wherever one is named', async () => {
    await open()
    const ids = ['é', 'f'].map((letter) => letter.repeat(256))
    const [first = '', last = ''] = ids
    const long = ids.map((id) => ({ id, zone: '1-Raw' }))
    const body = { objects: long, run_id: 'long', targets: ids }
    expect((await house.send('POST', '/api/v1/runs', { body })).status).toBe(201)
    for (const [method, path, sent] of [
      ['GET', `/api/v1/runs/long/objects?after=${encodeURIComponent(first)}`],
      ['GET', `/api/v1/why/${encodeURIComponent(first)}?run=long`],
      ['POST', `/api/v1/runs/long/objects/${encodeURIComponent(first)}/skip`],
      ['POST', '/api/v1/runs/long/rerun', { objects: ids, dry_run: true }],
      ['POST', '/api/v1/runs', { objects: long, select: [`+${last}+`] }],
      ['GET', `/api/v1/dlq?object=${encodeURIComponent(first)}`],
    ] as const)
      expect([path.slice(0, 30), (await house.send(method, path, { body: sent })).status]).toEqual([
        path.slice(0, 30),
        sent !== undefined && 'select' in sent ? 201 : 200,
      ])
    expect(await list(`?after=${'f'.repeat(257)}`, 'long')).toMatchObject({ status: 400 })
  })

  it('come in pages that end before they are longer than 1 MiB', async () => {
    const big = Array.from({ length: 1_500 }, (_, index) => ({
      ...{ id: `o-${index}`, zone: '1-Raw', name: 'é'.repeat(400) },
    }))
    await open({ bodyLimitBytes: 2 ** 22 })
    const opened = await house.send('POST', '/api/v1/runs', { body: { objects: big, run_id: 'big' } })
    expect(opened.status).toBe(201)
    const seen: string[] = []
    for (let after = ''; ; ) {
      const page = await list(`?limit=10000${after}`, 'big')
      expect(Buffer.byteLength(page.text)).toBeLessThanOrEqual(2 ** 20)
      const { objects: some, next_after, total } = page.json as unknown as ObjectList
      expect(total).toBe(1_500)
      seen.push(...some.map(({ object_id }) => object_id))
      if (next_after === null) break
      expect(next_after).toBe(seen.at(-1))
      after = `&after=${next_after}`
    }
    expect(seen.toSorted()).toEqual(big.map(({ id }) => id).toSorted())
  })

  it('of what is not there are refused', async () => {
    await open()
    for (const [query, run, status, code] of [
      ['', 'none', 404, 'RUN_UNKNOWN'],
      ['?after=77', 'r', 404, 'OBJECT_UNKNOWN'],
      ['?limit=0', 'r', 400, 'REQUEST_INVALID'],
      ['?degraded=maybe', 'r', 400, 'REQUEST_INVALID'],
      ['?state=broken', 'r', 400, 'REQUEST_INVALID'],
    ] as const)
      expect(await list(query, run)).toMatchObject({ status, json: { code } })
  })

  it('of a run that ended long ago are no longer kept', async () => {
    await open()
    await house.loaded('r', '1001', '1002', '2001', '3001')
    house.store.read = async () => undefined
    expect(await list()).toMatchObject({ status: 410, json: { code: 'FACTS_EXPIRED' } })
  })

  it('of a run that is gone since it was asked for are those of no run', async () => {
    await open({ conductor: { submit: () => {}, look: async () => undefined } })
    expect(await list()).toMatchObject({ status: 404, json: { code: 'RUN_UNKNOWN' } })
  })

  it('are not waited for when they cannot be told', async () => {
    let asked = 0
    const look = () => {
      asked++
      return new Promise<never>(() => {})
    }
    await open({ conductor: { submit: () => {}, look } })
    const reply = list()
    await expect.poll(() => asked).toBe(1)
    await house.clock.advance(5_000)
    expect(await reply).toMatchObject({ status: 503, json: { code: 'STORE_UNAVAILABLE', run_id: 'r' } })
  })
})
