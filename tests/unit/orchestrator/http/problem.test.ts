// What the API refuses, and what it answers when the house behind it fails: always a problem with a code.

import { afterEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { silentMeter } from '../../../../shared/ports/meter.ts'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

const objects = [
  { id: 1001, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', parents: [1001] },
]

describe('the API', () => {
  let house: ApiHouse
  const open = async (changes: Parameters<typeof apiHouse>[0] = {}) => {
    house = await apiHouse(changes)
    return house
  }
  afterEach(() => house.stop())

  describe('refusing a request', () => {
    it.each([
      ['an unknown field', { objects, colour: 1 }, "body has the unknown field 'colour'"],
      ['a number as text', { objects, max_retries: '3' }, 'body.max_retries must be integer'],
      ['a truth as text', { objects, all: 'true' }, 'body.all must be boolean'],
      ['a choice that is none', { objects, reuse: 'always' }, 'body.reuse must be one of: none, fresh'],
      ['a run id with braces', { objects, run_id: 'a{b}' }, 'body.run_id must be 1 to 200 letters'],
      ['a run id too long', { objects, run_id: 'x'.repeat(201) }, 'body.run_id must be 1 to 200 letters'],
      ['a date that is none', { workflow: 'by_hand', date: '2026-02-30' }, 'body.date must be a date like'],
      ['neither objects nor workflow', {}, 'body needs objects'],
      ['objects and workflow', { objects, workflow: 'by_hand' }, 'body.objects goes with objects'],
      ['a date for objects', { objects, date: '2026-11-21' }, 'body.date goes with a workflow'],
      ['all and targets', { objects, all: true, targets: ['1001'] }, 'all goes without targets'],
      ['text', '"objects"', 'body must be object'],
      ['no body', undefined, 'body must be object'],
      ['bytes that are no UTF-8', Buffer.from([0x5b, 0xff, 0x5d]), 'the body is not UTF-8'],
    ])('names the field: %s', async (_, body, detail) => {
      await open()
      const reply = await house.send('POST', '/api/v1/runs', { body })
      expect(reply.json).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
      expect(reply.json?.detail).toContain(detail)
      expect(await house.store.list({ limit: 1 })).toEqual([])
    })

    it.each([
      ['/api/v1/runs?limit=0', 'query.limit must be a whole number from 1 to 1000'],
      ['/api/v1/runs?limit=1001', 'query.limit must be a whole number from 1 to 1000'],
      ['/api/v1/runs?limit=1&limit=2', 'query.limit must be string'],
      ['/api/v1/runs?state=lost', 'query.state must be one of: running'],
      ['/api/v1/runs?before=yesterday', 'query.before must be an instant like'],
      ['/api/v1/runs?page=2', "query has the unknown field 'page'; known are: state, limit, before"],
      [`/api/v1/runs/${'x'.repeat(201)}`, 'path.id must NOT have more than 200 characters'],
      ['/api/v1/runs/%zz', 'is not a valid url component'],
      [`/api/v1/runs/${'x'.repeat(3_000)}`, 'max param length'],
      ['/api/v1/schedule?count=1001', 'query.count must be a whole number from 1 to 1000'],
    ])('refuses %s', async (path, detail) => {
      await open()
      const reply = await house.send('GET', path)
      expect(reply.status).toBeGreaterThanOrEqual(400)
      expect(reply.status).toBeLessThan(500)
      expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(reply.json).toMatchObject({ code: 'REQUEST_INVALID', status: reply.status })
      expect(reply.json?.detail).toContain(detail)
    })

    it.each([
      ['/api/v1/runs?limit=0', 'query.limit'],
      [`/api/v1/runs/${'x'.repeat(201)}`, 'path.id'],
      ['/api/v1/runs?page=2', 'query'],
    ])('has the field apart from the words: %s', async (path, field) => {
      await open()
      expect((await house.send('GET', path)).json).toMatchObject({ field })
    })

    it('wants the options of a body in the body', async () => {
      await open()
      const reply = await house.send('POST', '/api/v1/runs?run_id=x', { body: { objects } })
      expect(reply.json?.detail).toContain('query.run_id goes with a bare list')
    })

    it('answers 413 above BODY_LIMIT_BYTES, declared or chunked', async () => {
      await open({ bodyLimitBytes: 1_024 })
      const body = JSON.stringify([{ id: 1, zone: '1-Raw', note: 'x'.repeat(2_000) }])
      const chunked = { 'transfer-encoding': 'chunked' }
      for (const headers of [{}, chunked]) {
        const reply = await house.send('POST', '/api/v1/runs', { body, headers })
        expect(reply.json).toMatchObject({ status: 413, code: 'TOO_LARGE' })
        expect(reply.json?.detail).toContain('BODY_LIMIT_BYTES')
      }
    })

    it('answers 415 to other media types: a form of a web page opens nothing', async () => {
      await open()
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
        expect(
          await house.send('POST', '/api/v1/runs', { body: '[]', headers: { 'content-type': type } }),
        ).toMatchObject({ status: 415, json: { code: 'REQUEST_INVALID' } })
    })

    it('answers a problem where there is nothing', async () => {
      await open()
      const reply = await house.send('GET', '/api/v2/runs')
      expect(reply).toMatchObject({ status: 404, json: { code: 'ROUTE_UNKNOWN' } })
    })

    it.each([
      ['PUT', '/api/v1/runs', 'POST, GET'],
      ['OPTIONS', '/api/v1/runs', 'POST, GET'],
      ['PATCH', '/api/v1/runs/r', 'GET, DELETE'],
      ['GET', '/api/v1/runs/r/rerun', 'POST'],
      ['POST', '/', 'GET'],
    ])('answers %s of %s with the methods that are there', async (method, path, allow) => {
      await open()
      // A body, where there may be one, is nobody's business.
      const body = { body: '<x/>', headers: { 'content-type': 'text/xml' } }
      const reply = await house.send(method, path, method.startsWith('P') ? body : {})
      expect(reply).toMatchObject({
        ...{ status: 405, headers: { allow, 'x-content-type-options': 'nosniff' } },
        json: { code: 'METHOD_UNKNOWN', detail: `there is no ${method} of this path, only ${allow}` },
      })
    })
  })

  describe('when something is away', () => {
    it('answers 503 with Retry-After and the run id to try again with', async () => {
      const away = new Fault('STORE_UNAVAILABLE', 'redis://user:hunter2@cache:6379 does not answer')
      await open({ opener: { open: () => Promise.reject(away) } })
      const reply = await house.send('POST', '/api/v1/runs', { body: { objects } })
      expect(reply.status).toBe(503)
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
      expect(reply.json).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true, run_id: 'run-1' })
      expect(reply.text).not.toContain('hunter2')
    })

    it('does not let a client wait for ever for an opening or a cancellation', async () => {
      const summary = { state: 'running' } as never
      let waiting = 0
      const never = () => {
        waiting++
        return new Promise<never>(() => {})
      }
      await open({
        opener: { open: never },
        conductor: { submit: () => void never(), look: never },
        store: { list: never, read: never, summary: async () => summary },
      })
      const replies = [
        house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'slow' } }),
        house.send('DELETE', '/api/v1/runs/slow'),
      ]
      await expect.poll(() => waiting).toBe(2)
      await house.clock.advance(15_000)
      for (const reply of await Promise.all(replies))
        expect(reply.json).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE', run_id: 'slow' })
    })

    it.each([
      ['kafka', 'TRANSPORT_UNAVAILABLE', 'Kafka does not answer; '],
      ['redis', 'STORE_UNAVAILABLE', 'Redis does not answer; '],
    ])('says within 15 seconds that it is %s that keeps a run from opening', async (silent, code, who) => {
      let asked = 0
      const never = () => {
        asked++
        return new Promise<never>(() => {})
      }
      const checks = ['kafka', 'redis'].map((name) => ({
        name,
        check: name === silent ? never : async () => {},
      }))
      const clock = new VirtualClock(0)
      const probes = { clock, meter: silentMeter, heartbeats: [], checks, isStarted: () => true }
      await open({ clock, probes, opener: { open: never } })
      const sent = house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'r@1' } })
      await expect.poll(() => asked).toBe(1)
      await clock.advance(14_000)
      await expect.poll(() => asked).toBe(2)
      await clock.advance(1_000)
      const { json } = await sent
      expect(json).toMatchObject({ status: 503, code, run_id: 'r@1', retryable: true })
      expect(json?.detail).toContain(who)
      expect(json?.detail).toContain('look with GET /api/v1/runs/r%401')
      expect(json?.detail).toContain("with run_id 'r@1'")
    })

    it('logs what nobody foresaw, and tells the client no more than where to look', async () => {
      const list = () => Promise.reject(new TypeError('secret of the house'))
      await open({ store: { list, read: async () => undefined, summary: async () => undefined } })
      const reply = await house.send('GET', '/api/v1/runs')
      expect(reply.json).toMatchObject({ status: 500, code: 'SERVER_FAILED', retryable: false })
      expect(reply.text).not.toContain('secret of the house')
      const line = house.logger.lines.find(({ level }) => level === 'error')
      expect(line?.fields.request_id).toBe(reply.json?.request_id)
      expect(line?.fields.stack).toContain('secret of the house')
    })
  })
})
