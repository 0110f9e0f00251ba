// A server that starts, stops and refuses as every service does.

import { afterEach, describe, expect, it } from 'vitest'
import { SystemClock } from '../../../../shared/adapters/system/system-clock.ts'
import { HttpService, type HttpServiceOptions } from '../../../../shared/http/http-service.ts'
import { newProbeServer } from '../../../../shared/http/probe-server.ts'
import { silentLogger } from '../../../../shared/ports/logger.ts'
import { silentMeter } from '../../../../shared/ports/meter.ts'
import { serviceStorm } from '../../../support/service-storm.ts'

const clock = new SystemClock()
const local = {
  host: '127.0.0.1',
  port: 0,
  variables: { host: 'HOST', port: 'WORKER_PORT' },
  clock,
  logger: silentLogger,
}
const started: HttpService[] = []

function service(options: Partial<HttpServiceOptions> = {}): HttpService {
  const made = new HttpService({ name: 'test', build: () => {}, ...local, ...options })
  started.push(made)
  return made
}

afterEach(async () => {
  for (const each of started.splice(0)) await each.stop()
})

serviceStorm('The probe server', () => {
  const probes = newProbeServer({
    ...local,
    meter: silentMeter,
    heartbeats: [],
    checks: [],
    isStarted: () => true,
  })
  let lastUrl = ''
  const isRunning = async () => {
    try {
      lastUrl = probes.url
    } catch {
      if (lastUrl === '') return false
    }
    return fetch(`${lastUrl}/health/liveness`).then(
      (answer) => answer.ok,
      () => false,
    )
  }
  return { service: probes, isRunning }
})

describe('HttpService', () => {
  it('says where it listens, in its log too', async () => {
    const lines: unknown[] = []
    const logger = {
      ...silentLogger,
      info: (message: string, fields?: object) => lines.push([message, fields]),
    }
    const server = service({ logger })
    await server.start()
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(lines).toEqual([['test listens', { url: server.url }]])
  })

  it('names the variable of a port that is taken', async () => {
    const first = service()
    await first.start()
    const second = service({ port: first.port })
    await expect(second.start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `WORKER_PORT=${first.port}: another process listens on this port; choose a free one`,
    })
    await first.stop()
    await second.start()
    expect((await fetch(second.url)).status).toBe(404)
  })

  it.each(['192.0.2.1', 'no..host'])(
    'names the variable of the address %s, which this machine has not',
    async (host) => {
      await expect(service({ host }).start()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`HOST=${host}`),
      })
    },
  )

  it('hands on what building the routes threw', async () => {
    const build = () => {
      throw new Error('two routes of one name')
    }
    await expect(service({ build }).start()).rejects.toThrow('two routes of one name')
  })

  it('answers a body above the limit with 413', async () => {
    const build: HttpServiceOptions['build'] = (server) => {
      server.post('/', () => 'taken')
    }
    const server = service({ bodyLimitBytes: 10, build })
    await server.start()
    const post = (body: string) =>
      fetch(server.url, { method: 'POST', body, headers: { 'content-type': 'text/plain' } })
    expect((await post('short')).status).toBe(200)
    expect((await post('longer than ten')).status).toBe(413)
  })

  it('lets an open request end before it stops', async () => {
    const held = hold()
    const server = service({ build: held.build })
    await server.start()
    const answer = fetch(server.url).then((response) => response.text())
    await held.begun
    const stopped = server.stop()
    held.end()
    expect(await answer).toBe('done')
    await stopped
  })

  it('cuts off a request that does not end in time', async () => {
    const held = hold()
    const server = service({ build: held.build, drainMs: 10 })
    await server.start()
    const answer = fetch(server.url)
    await held.begun
    await Promise.all([server.stop(), expect(answer).rejects.toThrow('fetch failed')])
  })
})

/** A route that answers when it is told to. */
function hold() {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<string>()
  const build: HttpServiceOptions['build'] = (server) => {
    server.get('/', () => {
      begun.resolve()
      return ended.promise
    })
  }
  return { build, begun: begun.promise, end: () => ended.resolve('done') }
}
