// Breakers over the http loader, between two servers on loopback: what breaks at one of them is no matter of the other.

import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import { Fault } from '../../shared/base/fault.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import { httpLoader } from '../../workers/loaders/http.ts'
import { TargetBreakers } from '../../workers/loaders/target-breakers.ts'
import { readyEvent } from '../support/zone-bench.ts'

const ok: RequestListener = (_, response) => response.end('ok')
const busy: RequestListener = (_, response) => response.writeHead(503, { 'retry-after': '120' }).end()
const dead: RequestListener = (request) => request.socket.destroy()
const unknown: RequestListener = (_, response) => response.writeHead(404).end()

/** A server whose manners the test changes, and which counts its calls. */
class TestServer {
  manners: RequestListener = ok
  calls = 0
  readonly #server: Server = createServer((request, response) => {
    this.calls++
    this.manners(request, response)
  })

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

const resetMs = 30_000
const failures = 3

describe('breakers between two real servers', () => {
  const [broken, healthy] = [new TestServer(), new TestServer()]
  beforeAll(() => Promise.all([broken.start(), healthy.start()]))
  afterAll(() => Promise.all([broken.stop(), healthy.stop()]))
  beforeEach(() => {
    broken.manners = ok
    broken.calls = healthy.calls = 0
  })

  /** The http loader of a worker; `load` says what came of a call, once the breaker has heard of it. */
  function worker() {
    const clock = new VirtualClock()
    const parts = { clock, random: () => 0, logger: silentLogger, meter: silentMeter }
    const breakers = new TargetBreakers({ ...parts, zone: 'ingestion', failures, resetMs })
    const options = { authHeader: undefined, timeoutMs: 10_000, allowedHosts: [] }
    const loader = breakers.guarded(httpLoader(options, { clock, fetch }))
    const load = async (server: TestServer, path: string) => {
      const ready = readyEvent({ object: { url: `${server.origin}${path}` } })
      const outcome = await loader.load(ready, { signal: new AbortController().signal }).then(
        () => 'loaded' as const,
        (error: unknown) => error as Fault,
      )
      await clock.advance(0)
      return outcome
    }
    const code = async (server: TestServer, path: string) => {
      const outcome = await load(server, path)
      return outcome instanceof Fault ? outcome.code : outcome
    }
    return { clock, load, code }
  }

  it.each([
    ['answers 503', busy],
    ['breaks off every call', dead],
  ])('one that %s is left alone, and not one object of the other fails', async (_, manners) => {
    const { load, code } = worker()
    broken.manners = manners
    const outcomes: string[] = []
    for (let number = 0; number < 10; number++) {
      outcomes.push(await code(broken, `/${number}`))
      expect(await code(healthy, `/${number}`)).toBe('loaded')
    }
    expect(outcomes).toEqual([
      ...Array<string>(failures).fill('LOADER_FAILED'),
      ...Array<string>(10 - failures).fill('TARGET_UNAVAILABLE'),
    ])
    expect([broken.calls, healthy.calls]).toEqual([failures, 10])
    expect(await load(broken, '/more')).toMatchObject({
      message: expect.stringContaining(`the breaker of ${broken.origin} is open until `),
      detail: { retryAfterMs: resetMs },
    })
  })

  it('one that answers again is called again: by one attempt first, then by all', async () => {
    const { clock, code } = worker()
    broken.manners = dead
    for (let number = 0; number < failures; number++) await code(broken, '/')
    broken.manners = ok
    await clock.advance(resetMs - 1)
    expect(await code(broken, '/')).toBe('TARGET_UNAVAILABLE')
    await clock.advance(1)
    const together = Array.from({ length: 5 }, (_, number) => code(broken, `/${number}`))
    expect((await Promise.all(together)).toSorted()).toEqual([
      ...Array<string>(4).fill('TARGET_UNAVAILABLE'),
      'loaded',
    ])
    for (let number = 0; number < 5; number++) expect(await code(broken, '/')).toBe('loaded')
  })

  it('one that is still down is called once, and left alone as long again', async () => {
    const { clock, code } = worker()
    broken.manners = busy
    for (let number = 0; number < failures; number++) await code(broken, '/')
    await clock.advance(resetMs)
    expect(await code(broken, '/')).toBe('LOADER_FAILED')
    await clock.advance(resetMs - 1)
    expect(await code(broken, '/')).toBe('TARGET_UNAVAILABLE')
    expect(broken.calls).toBe(failures + 1)
  })

  it('one that refuses, and so answers, is never left alone', async () => {
    const { code } = worker()
    broken.manners = unknown
    for (let number = 0; number < 10; number++) expect(await code(broken, '/')).toBe('LOADER_REFUSED')
    expect(broken.calls).toBe(10)
  })

  it('one that says when it is back hands that on', async () => {
    broken.manners = busy
    expect(await worker().load(broken, '/')).toMatchObject({
      code: 'LOADER_FAILED',
      detail: { retryAfterMs: 120_000 },
    })
  })
})
