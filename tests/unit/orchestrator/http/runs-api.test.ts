// Runs over HTTP: opened, or their definition refused with all its faults; listed, looked at, cancelled.

import { afterEach, describe, expect, it } from 'vitest'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

const objects = [
  { id: 1001, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', parents: [1001] },
]

describe('runs over HTTP', () => {
  let house: ApiHouse
  const open = async (changes: Parameters<typeof apiHouse>[0] = {}) => {
    house = await apiHouse(changes)
    return house
  }
  afterEach(() => house.stop())

  describe('opening', () => {
    it('opens a run of the objects in the body and says where it is', async () => {
      await open()
      const reply = await house.send('POST', '/api/v1/runs', { body: { objects } })
      expect(reply.status).toBe(201)
      expect(reply.headers.location).toBe('/api/v1/runs/run-1')
      expect(reply.json).toMatchObject({ run_id: 'run-1', opened: true, objects: 2, warnings: [] })
      expect((await house.store.summary('run-1'))?.plan).toBe(reply.json?.plan)
      expect(house.published.map(({ topic }) => topic)).toContain('event.load.ready.ingestion')
    })

    it('takes a bare list with its options in the query', async () => {
      await open()
      const path = '/api/v1/runs?run_id=mine&targets=1001&max_retries=7&timeout_seconds=0&tenant=bakery-7'
      expect(await house.send('POST', path, { body: objects })).toMatchObject({
        status: 201,
        json: { run_id: 'mine', objects: 1 },
      })
      expect(await house.store.summary('mine')).toMatchObject({ tenant: 'bakery-7' })
      const facts = JSON.parse((await house.store.read('mine', 0))?.records[0] ?? '').facts
      expect(facts[0].policy).toMatchObject({ max_retries: 7, run_timeout_ms: null })
    })

    it('takes NDJSON', async () => {
      await open()
      const body = objects.map((object) => JSON.stringify(object)).join('\n')
      const headers = { 'content-type': 'application/x-ndjson' }
      expect(await house.send('POST', '/api/v1/runs', { body, headers })).toMatchObject({
        status: 201,
        json: { objects: 2 },
      })
    })

    it('takes a byte order mark as Windows tools write it', async () => {
      await open()
      const body = `\ufeff${JSON.stringify(objects)}`
      expect((await house.send('POST', '/api/v1/runs', { body })).status).toBe(201)
    })

    it('opens a run id once, and says that it existed', async () => {
      await open()
      const body = { objects, run_id: 'nightly@2026-11-21' }
      const first = await house.send('POST', '/api/v1/runs', { body })
      expect(first.headers.location).toBe('/api/v1/runs/nightly%402026-11-21')
      const again = await house.send('POST', '/api/v1/runs', { body })
      expect(again.status).toBe(200)
      expect(again.headers.location).toBeUndefined()
      expect(again.json).toEqual({ ...first.json, opened: false })
    })

    it('refuses the id of a run that is another', async () => {
      await open()
      const first = { objects, run_id: 'i1' }
      await house.send('POST', '/api/v1/runs', { body: first })
      const workflow = { workflow: 'daily_operations', date: '2026-11-20' }
      await house.send('POST', '/api/v1/runs', { body: workflow })
      const again = { objects: ['1001'], run_id: 'again' }
      expect((await house.send('POST', '/api/v1/runs/i1/rerun', { body: again })).status).toBe(201)
      const refused = async (body: unknown, query = '') => {
        const { status, json } = await house.send('POST', `/api/v1/runs${query}`, { body })
        return [status, json?.code, json?.field, json?.detail]
      }
      const because = (field: string, id: string, as: string) => [
        ...[409, 'RUN_EXISTS', field],
        `${field} names run '${id}', which was opened before ${as}; choose another id, or none`,
      ]
      const fewer = objects.slice(0, 1)
      expect(await refused({ ...first, objects: fewer })).toEqual(
        because('body.run_id', 'i1', 'over another plan'),
      )
      expect(await refused(fewer, '?run_id=i1')).toEqual(because('query.run_id', 'i1', 'over another plan'))
      expect(await refused({ ...first, tenant: 'bakery' })).toEqual(
        because('body.run_id', 'i1', "as a run of tenant 'default'"),
      )
      expect(await refused({ objects: fewer, run_id: 'again' })).toEqual(
        because('body.run_id', 'again', "as a rerun of run 'i1'"),
      )
      expect(await refused({ objects, run_id: 'daily_operations@2026-11-20' })).toEqual(
        because('body.run_id', 'daily_operations@2026-11-20', "as the run of workflow 'daily_operations'"),
      )
    })

    it('opens the run of a workflow and its date', async () => {
      await open()
      const body = { workflow: 'daily_operations', date: '2026-11-20' }
      expect(await house.send('POST', '/api/v1/runs', { body })).toMatchObject({
        status: 201,
        json: { run_id: 'daily_operations@2026-11-20', opened: true, objects: 2 },
      })
    })

    it('passes warnings on', async () => {
      await open()
      const body = { objects: [...objects, { id: 1002, zone: '1-Raw', state: 'inactive' }] }
      const { json } = await house.send('POST', '/api/v1/runs', { body })
      expect(json?.warnings).toMatchObject([{ severity: 'warning', file: 'request' }])
    })
  })

  describe('refusing a definition', () => {
    it('answers 422 with every fault in the shape of validate', async () => {
      await open()
      const body = { objects: [{ zone: '1-Raw' }, { id: 2001, zone: '2-Standardized', parents: [9] }] }
      const reply = await house.send('POST', '/api/v1/runs', { body })
      expect(reply.status).toBe(422)
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(reply.json).toMatchObject({ code: 'DEFINITION_INVALID', status: 422, retryable: false })
      const faults = reply.json?.faults as Record<string, unknown>[]
      expect(faults.map(({ code }) => code).sort()).toEqual(['MISSING_ID', 'UNKNOWN_PARENT'])
      for (const fault of faults)
        expect(Object.keys(fault).sort()).toEqual(
          ['code', 'column', 'file', 'hint', 'line', 'message', 'pointer', 'severity'].sort(),
        )
    })

    it('places the faults of a bare list in the lines of the body', async () => {
      await open()
      const body = '[\n  {"id": 1001, "zone": "1-Raw"},\n  {"zone": "1-Raw"}\n]'
      const { json } = await house.send('POST', '/api/v1/runs', { body })
      expect(json?.faults).toMatchObject([{ code: 'MISSING_ID', file: 'request', line: 3, pointer: '/1' }])
    })

    it('places the faults of the objects in the lines of the body', async () => {
      await open()
      const body =
        '\ufeff{\n "run_id": "x", "objects": [\n  {"id": 1001, "zone": "1-Raw"},\n  {"id": 2001, "zone": "2-Standardized",\n   "parents": [1001, 9]},\n  {"zone": "1-Raw"}\n]}'
      const { json } = await house.send('POST', '/api/v1/runs', { body })
      expect(json?.faults).toMatchObject([
        { code: 'UNKNOWN_PARENT', line: 5, column: 22, pointer: '/objects/1/parents/1' },
        { code: 'MISSING_ID', line: 6, column: 3, pointer: '/objects/2' },
      ])
    })

    it('answers 422 for targets nobody knows and for an empty list', async () => {
      await open()
      const targets = { body: { objects, targets: ['7777'] } }
      expect((await house.send('POST', '/api/v1/runs', targets)).json).toMatchObject({
        status: 422,
        faults: [{ code: 'UNKNOWN_TARGET' }],
      })
      expect((await house.send('POST', '/api/v1/runs', { body: '[]' })).json).toMatchObject({
        status: 422,
        faults: [{ code: 'NO_OBJECTS' }],
      })
    })

    it.each([
      ['an object', '{\n  "objects": [1,,2]\n}', 'application/json', 2, 17],
      ['a bare list', '[\n  {"id": 1}\n  {"id": 2}]', 'application/json', 3, 3],
      ['NDJSON', '{"id": 1}\n{"id": }\n', 'application/x-ndjson', 2, 8],
    ])('names line and column where %s is no JSON', async (_, body, type, line, column) => {
      await open()
      const reply = await house.send('POST', '/api/v1/runs', { body, headers: { 'content-type': type } })
      expect(reply.json).toMatchObject({ status: 400, code: 'SYNTAX', line, column })
      expect(reply.json?.detail).toContain(`line ${line}, column ${column}`)
    })
  })

  describe('looking at runs', () => {
    it('shows a run whose id needs escapes', async () => {
      await open()
      const run_id = 'daily_operations@2026-11-21T08:00+01:00'
      await house.send('POST', '/api/v1/runs', { body: { objects, run_id } })
      await house.loaded(run_id, '1001')
      for (const spelling of [encodeURIComponent(run_id), run_id.replaceAll('+', '%2b')])
        expect((await house.send('GET', `/api/v1/runs/${spelling}`)).json).toEqual({
          run_id,
          state: 'running',
          tenant: 'default',
          workflow: null,
          business_date: null,
          plan: expect.any(String),
          objects: 2,
          opened_at: '2026-11-21T05:00:00.000Z',
          ended_at: null,
          counts: {
            waiting: 0,
            ready: 1,
            loaded: 1,
            failed: 0,
            blocked: 0,
            reused: 0,
            cancelled: 0,
            skipped: 0,
          },
          paused: false,
          paused_by: null,
          pause_reason: null,
          rerun_of: null,
          rerun_by: null,
          rerun_reason: null,
          ended_by: null,
          end_reason: null,
        })
    })

    it('answers 404 for a run nobody opened', async () => {
      await open()
      for (const [method, path] of [
        ['GET', '/api/v1/runs/none'],
        ['DELETE', '/api/v1/runs/none'],
        ['GET', '/api/v1/runs/none/facts'],
      ] as const)
        expect(await house.send(method, path)).toMatchObject({ status: 404, json: { code: 'RUN_UNKNOWN' } })
    })

    it('lists the newest first, by state, page by page, each run once although many opened at one instant', async () => {
      await open()
      const opened: string[] = []
      for (const [index, perInstant] of [1, 3, 2, 1].entries()) {
        for (let number = 0; number < perInstant; number++) {
          const run_id = `run-${index}-${number}`
          await house.send('POST', '/api/v1/runs', { body: { objects, run_id } })
          opened.push(run_id)
        }
        await house.clock.advance(1_000)
      }
      const seen: string[] = []
      for (let before: unknown = '', pages = 0; before !== null; pages++) {
        expect(pages).toBeLessThan(10)
        const { json } = await house.send('GET', `/api/v1/runs?limit=2${before}`)
        const page = (json?.runs ?? []) as { run_id: string }[]
        seen.push(...page.map(({ run_id }) => run_id))
        before = json?.next_before === null ? null : `&before=${json?.next_before}`
      }
      expect([...seen].sort()).toEqual([...opened].sort())
      expect(seen[0]).toBe('run-3-0')
      expect((await house.send('GET', '/api/v1/runs?state=failed')).json).toEqual({
        runs: [],
        next_before: null,
      })
    })
  })

  describe('cancelling', () => {
    it('cancels a run that runs, with the reason, and answers when it is decided', async () => {
      await open()
      await house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'r' } })
      const reply = await house.send('DELETE', '/api/v1/runs/r?reason=wrong%20file')
      expect(reply).toMatchObject({ status: 200, json: { run_id: 'r', changed: true, state: 'cancelled' } })
      const records = (await house.store.read('r', 0))?.records ?? []
      expect(records.at(-1)).toContain('"reason":"wrong file"')
    })

    it('changes nothing about a run that has ended, and says so', async () => {
      await open()
      await house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'r' } })
      await house.loaded('r', '1001', '2001')
      const before = await house.store.read('r', 0)
      const reply = await house.send('DELETE', '/api/v1/runs/r')
      expect(reply.json).toEqual({ run_id: 'r', changed: false, state: 'succeeded' })
      expect(await house.store.read('r', 0)).toEqual(before)
    })
  })
})
