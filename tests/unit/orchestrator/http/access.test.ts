// Who may call the API, however they spell the path.

import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

const token = 'correct-horse-battery'
const bearer = { authorization: `Bearer ${token}` }

const open = ['/health/liveness', '/health/readiness', '/health/startup', '/metrics']

const guarded = [
  '/',
  '/openapi.json',
  '/api/v1/runs',
  '/api/v1/runs/r',
  '/api/v1/runs/r/facts',
  '/api/v1/workflows',
  '/api/v1/schedule',
  '/nothing/here',
]

const tricks = [
  '/health/../api/v1/runs',
  '/health/liveness/../../api/v1/runs',
  '/health/%2e%2e/api/v1/runs',
  '/metrics/../api/v1/runs',
  '//api/v1/runs',
  '/api//v1/runs',
  '/api/v1/runs/',
  '/API/v1/runs',
  '/%61pi/v1/runs',
  '/api%2fv1%2fruns',
  '/api/v1/runs/health%2fliveness',
  '/api/v1/runs/health/liveness',
  '/api/v1/runs/%2e%2e%2f%2e%2e%2f%2e%2e%2fmetrics',
  '/api/v1/runs?/health/liveness',
  '/api/v1/runs;/health/liveness',
  '/api/v1/runs#/health/liveness',
  '/health/liveness/',
  '/health/liveness%2f',
  '/HEALTH/liveness',
  '//metrics',
  '/metrics%00/api/v1/runs',
  'http://localhost/api/v1/runs',
  'http://localhost/metrics/../api/v1/runs',
]

describe('with API_TOKEN', () => {
  let house: ApiHouse
  const start = async (changes: Parameters<typeof apiHouse>[0] = {}) => {
    house = await apiHouse({ apiToken: token, ...changes })
  }
  afterEach(() => house.stop())

  it('probes and metrics need no token', async () => {
    await start()
    for (const path of open) expect((await house.send('GET', path)).status, path).toBe(200)
  })

  it('everything else does, and is not even said to exist', async () => {
    await start()
    for (const path of guarded)
      for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'OPTIONS']) {
        const reply = await house.send(method, path)
        expect(reply.json, `${method} ${path}`).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
        expect(reply.headers['www-authenticate']).toBe('Bearer realm="millefeuille"')
      }
  })

  it('no spelling of a path leads around it', async () => {
    await start()
    for (const path of tricks) {
      const reply = await house.send('GET', path)
      expect([400, 401], `${path} answers ${reply.status}: ${reply.text}`).toContain(reply.status)
    }
  })

  it('the token opens what is there and finds nothing elsewhere', async () => {
    await start()
    expect((await house.send('GET', '/api/v1/runs', { headers: bearer })).status).toBe(200)
    expect((await house.send('GET', '/nothing/here', { headers: bearer })).status).toBe(404)
  })

  it.each([
    ['another token', 'Bearer wrong-horse-battery-x'],
    ['a part of it', `Bearer ${token.slice(0, -1)}`],
    ['more than it', `Bearer ${token}x`],
    ['two tokens', `Bearer ${token} ${token}`],
    ['no token', 'Bearer '],
    ['another scheme', `Basic ${Buffer.from(`x:${token}`).toString('base64')}`],
    ['the bare token', token],
  ])('%s is refused', async (_, authorization) => {
    await start()
    const reply = await house.send('GET', '/api/v1/runs', { headers: { authorization } })
    expect(reply.status).toBe(401)
    expect(reply.text).not.toContain(token)
  })

  it('says that a token is wrong in the words of RFC 6750', async () => {
    await start()
    const reply = await house.send('GET', '/api/v1/runs', { headers: { authorization: 'Bearer x' } })
    expect(reply.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  it('a body is not read before the token: too large and unauthorized is unauthorized', async () => {
    await start({ bodyLimitBytes: 1_024 })
    const reply = await house.send('POST', '/api/v1/runs', { body: 'x'.repeat(5_000) })
    expect(reply.status).toBe(401)
  })

  it('whoever has it may come by any name and from any page of their own server', async () => {
    await start()
    const headers = { ...bearer, host: 'orchestrator.example:8000' }
    expect((await house.send('GET', '/api/v1/runs', { headers })).status).toBe(200)
  })
})

describe('without a token, on a loopback address', () => {
  let house: ApiHouse
  const start = async () => {
    house = await apiHouse()
  }
  afterEach(() => house.stop())

  it.each(['localhost', '127.0.0.1', '127.9.9.9:8000', '[::1]:8000', 'LOCALHOST:1', 'house.localhost:8000'])(
    'a program that calls it %s may use it',
    async (host) => {
      await start()
      expect((await house.send('GET', '/api/v1/runs', { headers: { host } })).status).toBe(200)
    },
  )

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:8000',
    '10.0.0.1',
    '0.0.0.0',
    'localhost@evil.example',
    'a b',
  ])('a page that rebinds its name %s may not', async (host) => {
    await start()
    for (const path of ['/api/v1/runs', '/nothing'])
      expect(await house.send('GET', path, { headers: { host } })).toMatchObject({
        status: 400,
        json: { code: 'REQUEST_INVALID' },
      })
  })

  it('a page of another origin may not, not even with a form that opens runs', async () => {
    await start()
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1'])
      expect(
        await house.send('POST', '/api/v1/workflows/by_hand/trigger', { headers: { origin } }),
      ).toMatchObject({ status: 400, json: { code: 'REQUEST_INVALID' } })
    expect(await house.store.list({ limit: 1 })).toEqual([])
  })

  it('a page that it served itself may', async () => {
    await start()
    const host = `localhost:${house.server.port}`
    const headers = { host, origin: `http://${host}` }
    expect((await house.send('POST', '/api/v1/workflows/by_hand/trigger', { headers })).status).toBe(201)
  })

  it('answers of no kind allow another origin to read them', async () => {
    await start()
    for (const [method, path] of [
      ['GET', '/api/v1/runs'],
      ['OPTIONS', '/api/v1/runs'],
      ['GET', '/health/liveness'],
      ['GET', '/nothing'],
    ] as const) {
      const { headers } = await house.send(method, path, { headers: { origin: 'https://evil.example' } })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  it('a request without a host is refused', async () => {
    await start()
    const socket = connect(house.server.port, '127.0.0.1')
    socket.end('GET /api/v1/runs HTTP/1.0\r\n\r\n')
    let text = ''
    for await (const chunk of socket) text += chunk
    expect(text).toMatch(/^HTTP\/1\.[01] 400 /)
  })

  it('probes may be called by any name, as Kubernetes does', async () => {
    await start()
    for (const path of open)
      expect((await house.send('GET', path, { headers: { host: '10.1.2.3:8000' } })).status).toBe(200)
  })
})

describe('without a token, on an address that others reach', () => {
  it('the API does not start', async () => {
    await expect(apiHouse({ host: '0.0.0.0' })).rejects.toThrow('an API on 0.0.0.0 has a token')
  })
})
