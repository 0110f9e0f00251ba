// The http loader on the machine's own fetch, against a server on loopback.

import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { httpLoader } from '../../workers/loaders/http.ts'
import { readyEvent } from '../support/zone-bench.ts'

const answers: Readonly<Record<string, (response: ServerResponse, body: string) => void>> = {
  '/rows': (response) => response.setHeader('content-type', 'application/json').end('{"rows":3}'),
  '/echo': (response, body) => response.setHeader('content-type', 'application/json').end(body),
  '/moved': (response) => response.writeHead(302, { location: '/rows' }).end(),
  '/busy': (response) => response.writeHead(503).end('later'),
  '/silent': () => {},
  '/endless': (response) => {
    response.write('a')
  },
}

describe('the http loader on a real server', () => {
  let server: Server
  let base: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => answers[request.url ?? '']?.(response, body))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  const load = (path: string, method = 'GET', signal = new AbortController().signal, timeoutMs = 10_000) => {
    const options = { authHeader: undefined, timeoutMs, allowedHosts: [] }
    const ready = readyEvent({ object: { url: `${base}${path}`, method } })
    return httpLoader(options, { clock: new SystemClock(), fetch }).load(ready, { signal })
  }

  it('reads a JSON answer, behind a redirect too', async () => {
    for (const path of ['/rows', '/moved']) {
      expect((await load(path)).result).toEqual({ status: 200, bytes: 10, body: { rows: 3 } })
    }
  })

  it('posts the Ready event', async () => {
    expect((await load('/echo', 'POST')).result).toMatchObject({ body: { event: 'ObjectReady', id: '1001' } })
  })

  it('fails on a 503, and can be called again', async () => {
    await expect(load('/busy')).rejects.toMatchObject({ code: 'LOADER_FAILED' })
    await expect(load('/rows')).resolves.toBeDefined()
  })

  it.each(['/silent', '/endless'])('gives up on %s after its time', async (path) => {
    const outcome = load(path, 'GET', undefined, 50)
    await expect(outcome).rejects.toMatchObject({ message: 'no answer within 50 ms' })
  })

  it('gives up when it is told to', async () => {
    const over = new AbortController()
    const outcome = expect(load('/silent', 'GET', over.signal)).rejects.toMatchObject({
      code: 'LOADER_FAILED',
    })
    over.abort()
    await outcome
  })

  it('says why nobody answers', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    await once(closed, 'close')
    const options = { authHeader: undefined, timeoutMs: 10_000, allowedHosts: [] }
    const loader = httpLoader(options, { clock: new SystemClock(), fetch })
    const outcome = loader.load(readyEvent({ object: { url: `http://127.0.0.1:${port}/` } }), {
      signal: new AbortController().signal,
    })
    await expect(outcome).rejects.toMatchObject({ message: 'the call failed: ECONNREFUSED' })
  })
})
