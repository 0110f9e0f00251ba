// Workflows, the schedule, and the description of the API, over HTTP.

import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
})
afterEach(() => house.stop())

describe('workflows over HTTP', () => {
  it('are listed', async () => {
    expect((await house.send('GET', '/api/v1/workflows')).json).toEqual({
      workflows: [
        { name: 'daily_operations', schedule: '0 8 * * *', time_zone: 'Europe/Madrid', objects: 2 },
        { name: 'by_hand', schedule: null, time_zone: null, objects: 1 },
      ],
    })
  })

  it('are triggered for today without a body, once', async () => {
    const path = '/api/v1/workflows/daily_operations/trigger'
    const first = await house.send('POST', path)
    expect(first).toMatchObject({
      status: 201,
      json: { run_id: 'daily_operations@2026-11-21', opened: true },
    })
    expect(first.headers.location).toBe('/api/v1/runs/daily_operations%402026-11-21')
    expect(await house.send('POST', path, { body: {} })).toMatchObject({
      status: 200,
      json: { opened: false },
    })
  })

  it('are triggered for a date and a tenant', async () => {
    const body = { date: '2026-11-01', tenant: 'bakery-7' }
    const reply = await house.send('POST', '/api/v1/workflows/daily_operations/trigger', { body })
    expect(reply.json?.run_id).toBe('daily_operations@2026-11-01@bakery-7')
  })

  it.each([
    ['nobody knows', 'none', undefined, 404, 'WORKFLOW_UNKNOWN'],
    ['get a list for options', 'by_hand', [], 400, 'REQUEST_INVALID'],
    ['get an unknown option', 'by_hand', { day: 'x' }, 400, 'REQUEST_INVALID'],
  ])('are not triggered when they %s', async (_, name, body, status, code) => {
    const reply = await house.send('POST', `/api/v1/workflows/${name}/trigger`, { body })
    expect(reply).toMatchObject({ status, json: { code } })
  })

  it('show their next runs, and whether somebody has opened one by hand', async () => {
    await house.send('POST', '/api/v1/workflows/daily_operations/trigger')
    const { json } = await house.send('GET', '/api/v1/schedule?count=2')
    const common = { workflow: 'daily_operations', tenant: 'default', time_zone: 'Europe/Madrid' }
    expect(json?.ticks).toEqual([
      {
        ...common,
        run_id: 'daily_operations@2026-11-21',
        business_date: '2026-11-21',
        at: '2026-11-21T08:00:00+01:00',
        opened: true,
      },
      {
        ...common,
        run_id: 'daily_operations@2026-11-22',
        business_date: '2026-11-22',
        at: '2026-11-22T08:00:00+01:00',
        opened: false,
      },
    ])
  })
})

interface Operation {
  readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }>
}
interface Document {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: object
}

describe('the description of the API', () => {
  const description = async () => JSON.parse((await house.send('GET', '/openapi.json')).text) as Document

  it('names the routes of the API and no others', async () => {
    const { openapi, info, paths } = await description()
    expect([openapi, info.version]).toEqual(['3.1.0', '1.2.3'])
    const named = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    )
    expect(named.sort()).toEqual([
      'delete /api/v1/runs/{id}',
      'get /',
      'get /api/v1/dlq',
      'get /api/v1/dlq/{id}',
      'get /api/v1/runs',
      'get /api/v1/runs/{id}',
      'get /api/v1/runs/{id}/facts',
      'get /api/v1/runs/{id}/objects',
      'get /api/v1/schedule',
      'get /api/v1/why/{object}',
      'get /api/v1/workflows',
      'get /openapi.json',
      'post /api/v1/dlq/{id}/discard',
      'post /api/v1/dlq/{id}/retry',
      'post /api/v1/runs',
      'post /api/v1/runs/{id}/objects/{object}/accept-late',
      'post /api/v1/runs/{id}/objects/{object}/discard',
      'post /api/v1/runs/{id}/objects/{object}/mark-loaded',
      'post /api/v1/runs/{id}/objects/{object}/retry',
      'post /api/v1/runs/{id}/objects/{object}/skip',
      'post /api/v1/runs/{id}/pause',
      'post /api/v1/runs/{id}/rerun',
      'post /api/v1/runs/{id}/resume',
      'post /api/v1/workflows/{name}/trigger',
    ])
  })

  it('describes what is really answered', async () => {
    const { paths, components } = await description()
    const ajv = new Ajv2020({ strict: false, formats: { date: true, 'date-time': true } })
    const hold = async (method: string, path: string, at: string, body?: unknown) => {
      const reply = await house.send(method.toUpperCase(), at, { body })
      const responses = paths[path]?.[method]?.responses ?? {}
      const response = responses[reply.status] ?? responses.default
      const type = String(reply.headers['content-type']).split(';')[0] ?? ''
      const schema = response?.content[type]?.schema
      expect(schema, `${method} ${path} ${reply.status} ${type}`).toBeDefined()
      expect(ajv.validate({ ...schema, components }, reply.json), JSON.stringify(ajv.errors)).toBe(true)
      return reply.status
    }
    const objects = [
      { id: 1001, zone: '1-Raw' },
      { id: 2001, zone: '2-Standardized', parents: [1001] },
    ]
    const runs = '/api/v1/runs'
    const run = '/api/v1/runs/{id}'
    const trigger = '/api/v1/workflows/{name}/trigger'
    expect([
      await hold('post', runs, runs, { objects, run_id: 'r' }),
      await hold('post', runs, runs, { objects, run_id: 'r' }),
      await hold('post', runs, runs, []),
      await hold('post', runs, runs, '[1,'),
      await hold('get', runs, runs),
      await hold('get', run, `${runs}/r`),
      await hold('get', runs, `${runs}?limit=0`),
      await hold('post', `${run}/objects/{object}/skip`, `${runs}/r/objects/1001/skip`),
      await hold('get', `${run}/objects`, `${runs}/r/objects`),
      await hold('get', '/api/v1/why/{object}', '/api/v1/why/2001'),
      await hold('post', `${run}/rerun`, `${runs}/r/rerun`, { objects: ['2001'], dry_run: true }),
      await hold('post', `${run}/rerun`, `${runs}/r/rerun`, { objects: ['2001'], run_id: 'again' }),
      await hold('delete', run, `${runs}/r`),
      await hold('get', run, `${runs}/none`),
      await hold('post', trigger, '/api/v1/workflows/by_hand/trigger'),
      await hold('get', '/api/v1/workflows', '/api/v1/workflows'),
      await hold('get', '/api/v1/schedule', '/api/v1/schedule'),
      await hold('get', '/', '/'),
    ]).toEqual([
      ...[201, 200, 422, 400, 200, 200, 400, 200, 200, 200, 200, 201],
      ...[200, 404, 201, 200, 200, 200],
    ])
  })

  it('is where the front door leads', async () => {
    const { json } = await house.send('GET', '/')
    expect(json).toMatchObject({ name: 'millefeuille', version: '1.2.3' })
    for (const path of Object.values(json?.look_at as Record<string, string>))
      expect((await house.send('GET', path)).status).toBe(200)
  })
})
