// The dead letter queue over HTTP: what failed for good is listed, tried again as a new attempt, or put aside.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

const objects = [
  { id: 1001, zone: '1-Raw', name: 'Customers' },
  { id: 1002, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', parents: [1001] },
]

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
  await house.send('POST', '/api/v1/runs', {
    body: { objects, run_id: 'r', all: true, max_retries: 0, tenant: 'acme' },
  })
})
afterEach(() => house.stop())

interface Listed {
  readonly id: string
  readonly run_id: string
  readonly object_id: string
  readonly state: string
}

async function listed(query = ''): Promise<readonly Listed[]> {
  const { json } = await house.send('GET', `/api/v1/dlq${query}`)
  return json?.entries as readonly Listed[]
}

async function firstId(query = ''): Promise<string> {
  return (await listed(query))[0]?.id ?? 'none'
}

const act = (id: string, command: string, body?: unknown) =>
  house.send('POST', `/api/v1/dlq/${id}/${command}`, { body })

describe('the list of dead letters', () => {
  it('is empty while nothing has failed', async () => {
    expect(await house.send('GET', '/api/v1/dlq')).toMatchObject({
      status: 200,
      json: { entries: [], total: 0, groups: [] },
    })
  })

  it('says what failed, why, where and since when, and how many of each kind there are', async () => {
    await house.failed('r', '1001')
    await house.clock.advance(60_000)
    await house.failed('r', '1002')
    const { json } = await house.send('GET', '/api/v1/dlq?limit=1')
    expect(json).toEqual({
      entries: [
        {
          ...{ id: expect.any(String), kind: 'object', state: 'open', category: 'refused', attempts: 1 },
          ...{ code: 'LOADER_REFUSED', message: 'no', run_id: 'r', object_id: '1002', zone: '1-Raw' },
          ...{ first_at: '2026-11-21T05:01:00.000Z', last_at: '2026-11-21T05:01:00.000Z' },
          ...{ tenant: 'acme', workflow: null, source: null, resolved: null },
          ...{ retry_of: null, retried_as: null, resolved_before: [] },
        },
      ],
      total: 2,
      groups: [{ code: 'LOADER_REFUSED', zone: '1-Raw', count: 2 }],
    })
  })

  it.each([
    ['?object=1001', ['1001']],
    ['?run=r&zone=1-Raw&code=LOADER_REFUSED&category=refused&tenant=acme', ['1002', '1001']],
    ['?run=other', []],
    ['?since=2026-11-21T05:01:00Z', ['1002']],
    ['?until=2026-11-21T05:01:00Z', ['1001']],
    ['?state=retried', []],
    ['?state=all', ['1002', '1001']],
  ])('%s is %j', async (query, expected) => {
    await house.failed('r', '1001')
    await house.clock.advance(60_000)
    await house.failed('r', '1002')
    expect((await listed(query)).map(({ object_id }) => object_id)).toEqual(expected)
  })

  it('refuses filters that it does not know', async () => {
    for (const query of ['?state=closed', '?since=yesterday', '?limit=0', '?zone=ingestion', '?what=1'])
      expect(await house.send('GET', `/api/v1/dlq${query}`)).toMatchObject({
        status: 400,
        json: { code: 'REQUEST_INVALID' },
      })
  })
})

describe('one dead letter', () => {
  it('is shown with its event', async () => {
    await house.failed('r', '1001')
    expect(await house.send('GET', `/api/v1/dlq/${await firstId()}`)).toMatchObject({
      status: 200,
      json: { object_id: '1001', stack: null, event: { category: 'refused', object: { name: 'Customers' } } },
    })
  })

  it('that nobody knows is 404, and an id that is none is 400', async () => {
    expect(await house.send('GET', '/api/v1/dlq/0.99')).toMatchObject({
      status: 404,
      json: { code: 'LETTER_UNKNOWN' },
    })
    expect(await act('0.99', 'retry')).toMatchObject({ status: 404, json: { code: 'LETTER_UNKNOWN' } })
    expect(await act('x', 'discard')).toMatchObject({ status: 400 })
  })
})

describe('a dead letter that is tried again', () => {
  it('is a new attempt of its object, and its run ends anew with what hung below it', async () => {
    await house.loaded('r', '1002')
    await house.failed('r', '1001')
    const id = await firstId()
    expect(await house.send('GET', '/api/v1/runs/r')).toMatchObject({ json: { state: 'failed' } })
    expect(await act(id, 'retry', { by: 'ada', reason: 'mended' })).toMatchObject({
      status: 200,
      json: {
        id,
        changed: true,
        run_id: 'r',
        object_id: '1001',
        message: 'object 1001 of run r is tried again',
      },
    })
    const ready = house.published
      .filter(({ key }) => key === 'r/1001')
      .map(({ value }) => JSON.parse(`${value}`))
    expect(ready.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(await listed()).toEqual([])
    expect(await listed('?state=retried')).toMatchObject([{ id, resolved: { by: 'ada', reason: 'mended' } }])
    await house.answered('r', '1001', 2)
    await house.loaded('r', '2001')
    expect(await house.send('GET', '/api/v1/runs/r')).toMatchObject({
      json: { state: 'succeeded', counts: { loaded: 3, failed: 0, blocked: 0 } },
    })
  })

  it('has a new letter when it fails again, and stays with who tried it', async () => {
    await house.failed('r', '1001')
    const first = await firstId()
    await act(first, 'retry', { by: 'ada', reason: 'mended' })
    await house.clock.advance(60_000)
    await house.failed('r', '1001')
    const again = await firstId()
    expect(await listed('?state=all')).toMatchObject([
      { id: again, state: 'open', attempts: 2, retry_of: first, retried_as: null },
      { id: first, state: 'retried', attempts: 1, retry_of: null, retried_as: again },
    ])
    expect((await house.send('GET', `/api/v1/dlq/${again}`)).json).toMatchObject({
      first_at: '2026-11-21T05:00:00.000Z',
      last_at: '2026-11-21T05:01:00.000Z',
      event: { first_at_ms: Date.parse('2026-11-21T05:00:00Z') },
    })
    expect((await house.send('GET', `/api/v1/dlq/${first}`)).json).toMatchObject({
      resolved: { by: 'ada', reason: 'mended', at: '2026-11-21T05:00:00.000Z' },
      last_at: '2026-11-21T05:00:00.000Z',
    })
  })

  it('and failed again is not tried once more by its old letter, whatever became of that', async () => {
    await house.failed('r', '1001')
    const first = await firstId()
    await act(first, 'retry')
    await house.failed('r', '1001')
    const again = await firstId()
    for (const command of ['retry', 'discard'])
      expect((await act(first, command)).json).toMatchObject({
        changed: false,
        message: `${first} is retried already, and failed again as ${again}`,
      })
    expect(await listed()).toMatchObject([{ id: again, state: 'open' }])
  })

  it('in a rerun that loads it is closed, with the rerun that did; a rerun that fails has a letter of its own', async () => {
    await house.failed('r', '1001')
    await house.failed('r', '1002')
    const again = { objects: ['1001', '1002'], run_id: 'r2', by: 'ada', reason: 'mended' }
    await house.send('POST', '/api/v1/runs/r/rerun', { body: again })
    await house.loaded('r2', '1001')
    await house.failed('r2', '1002')
    expect(await listed('?state=reloaded')).toMatchObject([
      { object_id: '1001', run_id: 'r', resolved: { by: 'ada', reason: 'mended', rerun: 'r2' } },
    ])
    expect((await listed()).map((letter) => [letter.run_id, letter.object_id])).toEqual([
      ['r2', '1002'],
      ['r', '1002'],
    ])
    const reloaded = await firstId('?state=reloaded')
    expect((await act(reloaded, 'retry')).json).toMatchObject({
      changed: false,
      message: `${reloaded} is reloaded already, by run r2`,
    })
  })

  it('twice is tried once', async () => {
    await house.failed('r', '1001')
    const id = await firstId()
    await act(id, 'retry')
    expect((await act(id, 'retry')).json).toMatchObject({
      changed: false,
      message: `${id} is retried already`,
    })
  })

  it('may have been discarded before', async () => {
    await house.failed('r', '1001')
    const id = await firstId()
    expect((await act(id, 'discard', { by: 'ada' })).json).toMatchObject({ changed: true })
    expect(await listed()).toEqual([])
    expect((await act(id, 'discard')).json).toMatchObject({
      changed: false,
      message: `${id} is discarded already`,
    })
    expect((await act(id, 'retry')).json).toMatchObject({ changed: true })
    expect(await listed('?state=all')).toMatchObject([{ id, state: 'retried' }])
  })

  it('does nothing when somebody has seen to the object already', async () => {
    await house.failed('r', '1001')
    const id = await firstId()
    await house.send('POST', '/api/v1/runs/r/objects/1001/mark-loaded', { body: { by: 'bob' } })
    expect(await listed('?state=marked-loaded')).toMatchObject([{ id, resolved: { by: 'bob' } }])
    expect((await act(id, 'retry')).json).toMatchObject({ changed: false })
  })
})
